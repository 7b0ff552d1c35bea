/**
 * Where each object of the input stands, so that every remark of the report names file, line and path. Kept beside the objects: what is
 * made of a page's table is given the place of the row that it was made of.
 */
import { escaped } from "../read/lenient-json.ts";

export interface InputDocument {
  readonly file: string;
  /** Lines by JSON pointer. */
  readonly lines: ReadonlyMap<string, number>;
  readonly firstLine: number;
}

export interface Place {
  readonly file: string;
  readonly line: number;
  /** JSON pointer into the document. */
  readonly path: string;
}

export class Origins {
  private readonly places = new WeakMap<object, { readonly document: InputDocument; readonly path: string }>();

  /** Notes a value and all that is inside of it. */
  register(value: unknown, document: InputDocument, path = ""): void {
    if (typeof value !== "object" || value === null) return;
    this.places.set(value, { document, path });
    for (const [key, member] of Object.entries(value)) this.register(member, document, `${path}/${escaped(key)}`);
  }

  /** Gives `made`, and what is inside of it that has no place yet, the place of `from`. */
  adopt(made: object, from: object): void {
    const place = this.places.get(from);
    if (place === undefined || this.places.has(made)) return;
    this.places.set(made, place);
    for (const member of Object.values(made)) if (typeof member === "object" && member !== null) this.adopt(member as object, from);
  }

  placeOf(object: object, key?: string): Place {
    const found = this.places.get(object);
    if (found === undefined) return { file: "", line: 1, path: key === undefined ? "" : `/${escaped(key)}` };
    const path = key === undefined ? found.path : `${found.path}/${escaped(key)}`;
    return { file: found.document.file, line: lineOf(found.document, path), path };
  }
}

function lineOf({ lines, firstLine }: InputDocument, path: string): number {
  for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const line = lines.get(at);
    if (line !== undefined) return line;
  }
  return lines.get("") ?? firstLine;
}

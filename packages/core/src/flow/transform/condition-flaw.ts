/** The first place where a part of a document does not match its schema, in words that fit an error's details. */
import type { TSchema } from "typebox";
import { Errors } from "typebox/value";
import { plainWords } from "../../schema/plain-words.ts";

export interface Flaw {
  /** Path from the part checked: "" for itself, `.fields[0].old` inside. */
  readonly path: string;
  readonly expected: string;
}

/** Checks against a schema; members named in `skip` are left to a closer check. */
export function firstFlaw(schema: TSchema, document: unknown, skip: readonly string[] = []): Flaw | undefined {
  for (const error of Errors(schema, document)) {
    const first = error.instancePath.split("/")[1];
    if (first !== undefined && skip.includes(first)) continue;
    const extra: unknown = Reflect.get(error.params, "additionalProperties");
    if (error.keyword === "boolean" && error.schemaPath.endsWith("/additionalProperties")) continue;
    const plain = plainWords(error.keyword, error.params as Readonly<Record<string, unknown>>);
    const told = plain === null ? error.message : `${plain.zh} / ${plain.en}`;
    const named = Array.isArray(extra) ? `没有叫 ${extra.join(", ")} 的成员 / no member named ${extra.join(", ")}` : told;
    return { path: pathText(error.instancePath), expected: named };
  }
  return undefined;
}

function pathText(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll("~1", "/").replaceAll("~0", "~")}`))
    .join("");
}

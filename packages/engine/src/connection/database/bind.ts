/** Statements put together of texts, names and bound values; the values never become text. */
import { asText, DatongError, isArray, isObject, writeJson, type Json, type JsonObject } from "@datong/core";
import type { Statement } from "./statement.ts";
import type { Bound, Dialect } from "./session.ts";

/** A statement in the making. */
export class Sql {
  readonly dialect: Dialect;
  readonly values: Bound[] = [];
  text = "";

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  add(text: string): this {
    this.text += text;
    return this;
  }

  bind(value: Json): this {
    this.values.push(boundOf(value, this.dialect));
    return this.add(this.dialect.mark(this.values.length));
  }

  /** A cell of a row that was read, as its JSON text. */
  bindCell(cell: string): this {
    this.values.push(boundOf(JSON.parse(/^-?\d/.test(cell) ? JSON.stringify(cell) : cell) as Json, this.dialect));
    return this.add(this.dialect.markOfCell(this.values.length, cell));
  }

  /** The statement with its values, taken by name. `whole`: names whose value is a whole number that stands in the text (LIMIT takes no other). */
  statement({ texts, names }: Statement, given: JsonObject, whole: readonly string[] = []): this {
    texts.forEach((text, i) => {
      this.add(text);
      const name = names[i];
      if (name === undefined) return;
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (value === undefined) throw new DatongError("DATABASE_VALUE_MISSING", { name, known: Object.keys(given).join(", ") });
      if (whole.includes(name) && /^\d{1,15}$/.test(asText(value))) this.add(asText(value));
      else this.bind(value);
    });
    return this;
  }

  /** `schema.table`, each part quoted. */
  table(name: string): this {
    return this.add(
      name
        .split(".")
        .map((part) => this.dialect.quote(part.trim()))
        .join("."),
    );
  }

  names(names: readonly string[]): this {
    return this.add(names.map((name) => this.dialect.quote(name)).join(", "));
  }
}

/** A value as it is bound: numbers as they are written, lists and objects as JSON. */
export function boundOf(value: Json, dialect: Dialect): Bound {
  if (value === null) return null;
  if (typeof value === "boolean") return dialect.truth(value);
  return isArray(value) || isObject(value) ? writeJson(value) : asText(value);
}

/** Names in a text, parted by commas. */
export function listed(text: Json | undefined): readonly string[] {
  return typeof text === "string" ? text.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()])) : [];
}

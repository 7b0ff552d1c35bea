/** The object that a list of fields makes: each field's value in the order of the fields, those without one left out. */
import type { FieldType } from "../../schema/field.ts";
import { ObjectBuilder, type Json, type JsonObject } from "../../value/index.ts";
import { isOfType } from "./cast.ts";
import type { FieldRun } from "./map-field.ts";
import { CHARACTERS_MAX } from "./template-error.ts";
import type { Reference, Scope } from "./template-reference.ts";

/** The field of the target that others are inside of, and its element from 0. The text of a path is made only for whoever is told of it. */
export interface Place {
  readonly around: Place | undefined;
  readonly name: string;
  readonly index: number | undefined;
}

/** Gives the field's value in a scope, undefined when it is dropped. `around` is the place in the target that the field is inside of. */
export type BuildField = (run: FieldRun, scope: Scope, around: Place | undefined) => Json | undefined;
export type BuildFields = (run: FieldRun, scope: Scope, around: Place | undefined) => JsonObject | undefined;

/** One field. Where nobody wants a trace, `constant` and `lone` are its value without the steps of `build`. */
export interface Member {
  readonly name: string;
  readonly build: BuildField;
  /** What the field is in every record. */
  readonly constant?: Json | undefined;
  /** The field of the source that it is as it is, if that is of the type and not empty. */
  readonly lone?: Reference | undefined;
  readonly type?: FieldType | undefined;
  /** What becomes of that field's text behind its type: a parser that refuses none. */
  readonly wrap?: ((value: Json) => Json | undefined) | undefined;
}

/** Members of ordinary names, each once, need no builder: JavaScript keeps their order. */
export function buildMembers(members: readonly Member[]): BuildFields {
  const names = new Set(members.map((member) => member.name));
  if (names.size === members.length && members.every(({ name }) => ORDINARY.test(name))) return buildOrdinary(members);
  return (run, scope, around) => {
    const body = new ObjectBuilder();
    let isEmpty = true;
    for (const member of members) {
      const value = valueOf(member, run, scope, around);
      if (value === undefined) continue;
      body.set(member.name, value);
      isEmpty = false;
    }
    return isEmpty ? undefined : body.done();
  };
}

const ORDINARY = /^[A-Za-z]/;

/** The short way where there is one; whatever else goes the whole way. */
function valueOf(member: Member, run: FieldRun, scope: Scope, around: Place | undefined): Json | undefined {
  const { constant, lone } = member;
  if (run.trace === undefined) {
    if (constant !== undefined) return constant;
    if (lone !== undefined) {
      const { name } = lone;
      // A text or number is never what an object inherits.
      const value = name !== undefined && scope.element === undefined ? scope.row[name] : lone.read(scope);
      if (typeof value === "string" ? value !== "" && value.length <= CHARACTERS_MAX : typeof value === "number") {
        if (value !== undefined && isOfType(member.type, value)) return member.wrap === undefined ? value : member.wrap(value);
      }
    }
  }
  return member.build(run, scope, around);
}

/**
 * Set one by one under names that are only known when it runs, more than a dozen members would make a slow object. So members that were
 * the same twice running are set on a copy of an object that has them, read from JSON; what is constant needs not be set at all.
 */
function buildOrdinary(members: readonly Member[]): BuildFields {
  let shape: Record<string, Json> | undefined;
  /** Which members the object before had, by their places. */
  let had = members.map(() => false);

  /** From the member where an object stopped being like those before. */
  const buildRest = (run: FieldRun, scope: Scope, around: Place | undefined, values: (Json | undefined)[]): JsonObject | undefined => {
    for (let i = values.length; i < members.length; i++) values.push(valueOf(members[i] as Member, run, scope, around));
    const has = values.map((value) => value !== undefined);
    shape = has.includes(true) && has.every((isThere, i) => isThere === had[i]) ? shapeOf(members.filter((_, i) => has[i])) : undefined;
    had = has;
    if (!has.includes(true)) return undefined;
    const body: Record<string, Json> = { ...shape };
    for (let i = 0; i < members.length; i++) {
      const value = values[i];
      if (value !== undefined) body[(members[i] as Member).name] = value;
    }
    return body;
  };

  return (run, scope, around) => {
    if (shape === undefined) return buildRest(run, scope, around, []);
    const body: Record<string, Json> = { ...shape };
    const isShort = run.trace === undefined;
    for (let i = 0; i < members.length; i++) {
      const member = members[i] as Member;
      if (isShort && member.constant !== undefined) continue;
      const value = valueOf(member, run, scope, around);
      if ((value !== undefined) !== had[i]) {
        const values = members.slice(0, i).map(({ name }, place) => (had[place] === true ? body[name] : undefined));
        return buildRest(run, scope, around, [...values, value]);
      }
      if (value !== undefined) body[member.name] = value;
    }
    return body;
  };
}

/** An object that has these members, constants with their values. */
function shapeOf(members: readonly Member[]): Record<string, Json> {
  const shape = JSON.parse(`{${members.map(({ name }) => `${JSON.stringify(name)}:null`).join(",")}}`) as Record<string, Json>;
  for (const { name, constant } of members) if (constant !== undefined) shape[name] = constant;
  return shape;
}

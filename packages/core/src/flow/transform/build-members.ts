/** The object that a list of fields makes: each field's value in the order of the fields, those without one left out. */
import { ObjectBuilder, type Json, type JsonObject } from "../../value/index.ts";
import type { FieldRun } from "./map-field.ts";
import type { Scope } from "./template-reference.ts";

/** The field of the target that others are inside of, and its element from 0. The text of a path is made only for whoever is told of it. */
export interface Place {
  readonly around: Place | undefined;
  readonly name: string;
  readonly index: number | undefined;
}

/** Gives the field's value in a scope, undefined when it is dropped. `around` is the place in the target that the field is inside of. */
export type BuildField = (run: FieldRun, scope: Scope, around: Place | undefined) => Json | undefined;
export type BuildFields = (run: FieldRun, scope: Scope, around: Place | undefined) => JsonObject | undefined;

/** Members of ordinary names need no builder: JavaScript keeps their order. */
export function buildMembers(members: readonly { readonly name: string; readonly build: BuildField }[]): BuildFields {
  if (members.every(({ name }) => ORDINARY.test(name))) return buildOrdinary(members);
  return (run, scope, around) => {
    const body = new ObjectBuilder();
    let isEmpty = true;
    for (const { name, build } of members) {
      const value = build(run, scope, around);
      if (value === undefined) continue;
      body.set(name, value);
      isEmpty = false;
    }
    return isEmpty ? undefined : body.done();
  };
}

const ORDINARY = /^[A-Za-z]/;

/**
 * Set one by one under names that are only known when it runs, more than a dozen members would make a slow object. So members that were
 * the same twice running are set on a copy of an empty object that has them, read from JSON.
 */
function buildOrdinary(members: readonly { readonly name: string; readonly build: BuildField }[]): BuildFields {
  const names = [...new Set(members.map((member) => member.name))];
  const places = members.map((member) => names.indexOf(member.name));
  const builds = members.map((member) => member.build);
  let empty: Record<string, Json> | undefined;
  /** Which members the object before had, by their places. */
  let had = names.map(() => false);
  return (run, scope, around) => {
    // A list of its own: what is put together further down may come here again.
    const values: (Json | undefined)[] = [];
    for (let i = 0; i < names.length; i++) values.push(undefined);
    for (let i = 0; i < builds.length; i++) {
      const value = (builds[i] as BuildField)(run, scope, around);
      if (value !== undefined) values[places[i] as number] = value;
    }
    let isSame = true;
    let isEmpty = true;
    for (let i = 0; i < names.length; i++) {
      const isThere = values[i] !== undefined;
      if (isThere) isEmpty = false;
      if (isThere !== had[i]) isSame = false;
    }
    if (isEmpty) return undefined;
    if (isSame) empty ??= emptyOf(names.filter((_, i) => had[i] === true));
    else {
      had = values.map((value) => value !== undefined);
      empty = undefined;
    }
    const body: Record<string, Json> = { ...empty };
    for (let i = 0; i < names.length; i++) {
      const value = values[i];
      if (value !== undefined) body[names[i] as string] = value;
    }
    return body;
  };
}

function emptyOf(names: readonly string[]): Record<string, Json> {
  return JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}:null`).join(",")}}`) as Record<string, Json>;
}

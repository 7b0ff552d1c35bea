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

/** Few members are set one by one; many on a copy of the object before, which nearly always has the same ones: a third of the time. */
export function buildMembers(members: readonly { readonly name: string; readonly build: BuildField }[]): BuildFields {
  const isOrdinary =
    members.every(({ name }) => !/^(?:\d|__proto__$)/.test(name)) && new Set(members.map(({ name }) => name)).size === members.length;
  if (isOrdinary && members.length >= COPIED_FROM) return buildOnCopy(members);
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

const COPIED_FROM = 6;

/** For ordinary names, whose order JavaScript keeps. */
function buildOnCopy(members: readonly { readonly name: string; readonly build: BuildField }[]): BuildFields {
  const names = members.map((member) => member.name);
  const builds = members.map((member) => member.build);
  const values = builds.map((): Json | undefined => undefined);
  let before: JsonObject = {};
  /** The members that `before` has, by their places. */
  let had = values.map(() => false);
  return (run, scope, around) => {
    let isSame = true;
    let isEmpty = true;
    for (let i = 0; i < builds.length; i++) {
      const value = (builds[i] as BuildField)(run, scope, around);
      values[i] = value;
      if (value !== undefined) isEmpty = false;
      if ((value !== undefined) !== had[i]) isSame = false;
    }
    if (isEmpty) return undefined;
    const body: Record<string, Json> = isSame ? { ...before } : {};
    for (let i = 0; i < names.length; i++) {
      const value = values[i];
      if (value !== undefined) body[names[i] as string] = value;
    }
    if (!isSame) had = values.map((value) => value !== undefined);
    before = body;
    return body;
  };
}

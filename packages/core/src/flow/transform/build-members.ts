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
  const slots = members.map((member, place) => new Slot(member, place));
  const names = new Set(members.map((member) => member.name));
  if (names.size === members.length && members.every(({ name }) => ORDINARY.test(name))) return buildOrdinary(slots);
  return (run, scope, around) => {
    const body = new ObjectBuilder();
    let isEmpty = true;
    for (const slot of slots) {
      const value = slot.valueOf(run, scope, around);
      if (value === undefined) continue;
      body.set(slot.name, value);
      isEmpty = false;
    }
    return isEmpty ? undefined : body.done();
  };
}

const ORDINARY = /^[A-Za-z]/;

/** A member made ready: all of one form, so that the loop over them meets one. */
class Slot {
  readonly place: number;
  readonly name: string;
  readonly build: BuildField;
  readonly constant: Json | undefined;
  /** The member of the row that it is, wherever there is no element. */
  private readonly own: string | undefined;
  private readonly read: ((scope: Scope) => Json | undefined) | undefined;
  private readonly type: FieldType | undefined;
  private readonly takesText: boolean;
  private readonly wrap: ((value: Json) => Json | undefined) | undefined;

  constructor(member: Member, place: number) {
    this.place = place;
    this.name = member.name;
    this.build = member.build;
    this.constant = member.constant;
    this.own = member.lone?.name;
    this.read = member.lone?.read;
    this.type = member.type;
    this.takesText = isOfType(member.type, "text");
    this.wrap = member.wrap;
  }

  /** The short way where there is one; whatever else goes the whole way. */
  valueOf(run: FieldRun, scope: Scope, around: Place | undefined): Json | undefined {
    const { read } = this;
    if (run.trace === undefined) {
      if (this.constant !== undefined) return this.constant;
      if (read !== undefined) {
        const { own } = this;
        // A text or number is never what an object inherits.
        const value = own !== undefined && scope.element === undefined ? scope.row[own] : read(scope);
        if (typeof value === "string" ? this.takesText && value !== "" && value.length <= CHARACTERS_MAX : this.takesNumber(value)) {
          return this.wrap === undefined ? value : this.wrap(value as Json);
        }
      }
    }
    return this.build(run, scope, around);
  }

  private takesNumber(value: Json | undefined): boolean {
    return typeof value === "number" && isOfType(this.type, value);
  }
}

/**
 * Set one by one under names that are only known when it runs, more than a dozen members would make a slow object. So members that were
 * the same twice running are set on a copy of an object that has them, read from JSON; what is constant needs not be set at all.
 */
function buildOrdinary(slots: readonly Slot[]): BuildFields {
  let shape: Record<string, Json> | undefined;
  /** Which members the object before had, by their places. */
  let had = slots.map(() => false);
  /** Those that the shape does not have already. */
  const changing = slots.filter(({ constant }) => constant === undefined);

  /** From the member where an object stopped being like those before. */
  const buildRest = (run: FieldRun, scope: Scope, around: Place | undefined, values: (Json | undefined)[]): JsonObject | undefined => {
    for (let i = values.length; i < slots.length; i++) values.push((slots[i] as Slot).valueOf(run, scope, around));
    const has = values.map((value) => value !== undefined);
    shape = has.includes(true) && has.every((isThere, i) => isThere === had[i]) ? shapeOf(slots.filter((_, i) => has[i])) : undefined;
    had = has;
    if (!has.includes(true)) return undefined;
    const body: Record<string, Json> = { ...shape };
    for (let i = 0; i < slots.length; i++) {
      const value = values[i];
      if (value !== undefined) body[(slots[i] as Slot).name] = value;
    }
    return body;
  };

  return (run, scope, around) => {
    if (shape === undefined) return buildRest(run, scope, around, []);
    const body: Record<string, Json> = { ...shape };
    for (const slot of run.trace === undefined ? changing : slots) {
      const value = slot.valueOf(run, scope, around);
      if ((value !== undefined) !== had[slot.place]) {
        const values = slots.slice(0, slot.place).map(({ name, place }) => (had[place] === true ? body[name] : undefined));
        return buildRest(run, scope, around, [...values, value]);
      }
      if (value !== undefined) body[slot.name] = value;
    }
    return body;
  };
}

/** An object that has these members, constants with their values. */
function shapeOf(members: readonly Slot[]): Record<string, Json> {
  const shape = JSON.parse(`{${members.map(({ name }) => `${JSON.stringify(name)}:null`).join(",")}}`) as Record<string, Json>;
  for (const { name, constant } of members) if (constant !== undefined) shape[name] = constant;
  return shape;
}

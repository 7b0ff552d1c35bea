/** rename: fields get other names and keep their places; all renames happen at once, so two fields can swap. */
import type { Json, JsonObject } from "../../../value/json.ts";
import { orderedObject } from "../../../value/key-order.ts";
import { parsePath, type Path } from "../../../value/path.ts";
import type { RenameStep } from "../restructure-schema.ts";
import type { StepRunner } from "./piece.ts";
import { editHolders, entriesOf } from "./row.ts";

interface Names {
  /** A path of one of the fields: it leads to the object that holds them all. */
  readonly path: Path;
  readonly names: Map<string, string>;
}

/** Makes the step ready. A new name that is taken already is an issue; then the field keeps its old name. A field that is not there is passed over. */
export function compileRename(step: RenameStep): StepRunner {
  const holders = new Map<string, Names>();
  const whole = new Map<string, string>();
  for (const [old, name] of Object.entries(step.fields)) {
    whole.set(old, name);
    const path = parsePath(old);
    const last = path.steps.at(-1);
    const parent = path.steps.length < 2 || last === undefined ? "" : old.slice(0, old.length - last.rest.length);
    if (parent === "" || last === undefined) continue;
    const held = holders.get(parent) ?? { path, names: new Map<string, string>() };
    held.names.set(last.key, name.startsWith(parent) ? name.slice(parent.length) : name);
    holders.set(parent, held);
  }
  return (pieces, context) =>
    pieces.map((piece) => {
      const clash = (field: string): void => context.issue(piece, "RESTRUCTURE_NAME_CLASH", { field });
      // The inner fields first: their paths are written with the old names.
      let row = piece.row;
      for (const { path, names } of holders.values()) {
        const inner = editHolders(row, path, (holder, name) => (names.has(name) ? renamed(holder, names, clash) : holder));
        row = inner ?? row;
      }
      const lineSources = Object.fromEntries(
        Object.entries(piece.lineSources).map(([field, places]) => [whole.get(field) ?? field, places]),
      );
      return { ...piece, row: renamed(row, whole, clash), lineSources };
    });
}

function renamed(holder: JsonObject, names: ReadonlyMap<string, string>, clash: (field: string) => void): JsonObject {
  const taken = new Set(entriesOf(holder).flatMap(([key]) => (names.has(key) ? [] : [key])));
  return orderedObject(
    entriesOf(holder).map(([key, value]): readonly [string, Json] => {
      const name = names.get(key);
      if (name === undefined) return [key, value];
      if (taken.has(name)) {
        clash(name);
        return [key, value];
      }
      taken.add(name);
      return [name, value];
    }),
  );
}

/** The flows that a mapping looks into, by the names that it uses. */
import { DatongError } from "../../error/index.ts";
import type { MappingField } from "../flow.ts";
import { DEFAULT_POLICY, type Lookup } from "./lookup.ts";
import { compileValue } from "./template-compile.ts";

export interface NamedLookup {
  readonly lookup: Lookup;
  /** JSON pointer of the value within the mapping: `/3/children/0/value`. */
  readonly path: string;
}

/** Every lookup of a mapping with its place. Values that do not compile have none: whoever compiles the mapping tells of them. */
export function lookupNamesOf(fields: readonly MappingField[]): readonly NamedLookup[] {
  return fields.flatMap((field, index): readonly NamedLookup[] => [
    ...lookupsOf(field.value, `/${index}/value`),
    ...lookupsOf(field.default, `/${index}/default`),
    ...lookupNamesOf(field.children ?? []).map(({ lookup, path }) => ({ lookup, path: `/${index}/children${path}` })),
  ]);
}

const MAY_LOOK_UP = /_(?:findCollection|mongoQuery)/;

function lookupsOf(text: string | null | undefined, path: string): readonly NamedLookup[] {
  if (text === undefined || text === null || !MAY_LOOK_UP.test(text)) return [];
  try {
    const { lookups } = compileValue(text, { fieldPath: path, lookups: DEFAULT_POLICY });
    return lookups.map((lookup) => ({ lookup, path }));
  } catch (error) {
    if (error instanceof DatongError) return [];
    throw error;
  }
}

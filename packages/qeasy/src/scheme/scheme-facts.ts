/**
 * What a scheme has besides its two documents: `{"scheme":{"name","id","crontab","platform","apiName","table","callBackStrategy"}}`, as `export qeasy`
 * writes it beside them. The documents themselves stay as Qeasy gave them.
 */
import { isArray, type Json, type JsonObject } from "@datong/core";
import { isUuid, objectAt, textAt, type Scheme, type SchemeSide, type SideName } from "./scheme.ts";

export interface SchemeFacts {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly crons?: Scheme["crons"];
  readonly systems: Readonly<Partial<Record<SideName, string>>>;
  /** What the pages call the APIs. */
  readonly apiNames: Readonly<Partial<Record<SideName, string>>>;
  /** Sides that were given as a table of fields. */
  readonly tables: readonly SideName[];
  readonly callBack?: JsonObject | undefined;
}

const SIDES: readonly SideName[] = ["source", "target"];

const MEMBERS: ReadonlySet<string> = new Set(["id", "name", "crontab", "platform", "apiName", "table", "callBackStrategy"]);

/** Undefined for any other document. */
export function factsIn(value: JsonObject): SchemeFacts | undefined {
  const scheme = objectAt(value, "scheme");
  if (scheme === undefined || Object.keys(value).length !== 1 || !Object.keys(scheme).every((key) => MEMBERS.has(key))) return undefined;
  const [crontab, platform, names] = [objectAt(scheme, "crontab"), objectAt(scheme, "platform"), objectAt(scheme, "apiName")];
  const id = scheme["id"];
  return {
    id: isUuid(id) ? id : undefined,
    name: textAt(scheme, "name"),
    crons: { source: textAt(crontab, "source"), target: textAt(crontab, "target") },
    systems: withoutAbsent({ source: textAt(platform, "source"), target: textAt(platform, "target") }),
    apiNames: withoutAbsent({ source: textAt(names, "source"), target: textAt(names, "target") }),
    tables: SIDES.filter((side) => isArray(scheme["table"] ?? null) && (scheme["table"] as readonly Json[]).includes(side)),
    callBack: objectAt(scheme, "callBackStrategy"),
  };
}

/** The document; undefined where there is nothing to say. */
export function factsDocument({ id, name, crons, systems, apiNames, tables, callBack }: SchemeFacts): JsonObject | undefined {
  const some = (object: Record<string, string | undefined>): JsonObject | undefined => {
    const present = withoutAbsent(object);
    return Object.keys(present).length === 0 ? undefined : present;
  };
  const scheme = withoutAbsent<Json>({
    id,
    name,
    crontab: some({ source: crons?.source, target: crons?.target }),
    platform: some(systems),
    apiName: some(apiNames),
    table: tables.length === 0 ? undefined : [...tables],
    callBackStrategy: callBack,
  });
  return Object.keys(scheme).length === 0 ? undefined : { scheme };
}

function withoutAbsent<V>(object: Readonly<Record<string, V | undefined>>): Record<string, V> {
  return Object.fromEntries(Object.entries(object).filter((entry): entry is [string, V] => entry[1] !== undefined));
}

/** The scheme with what the facts say of it; what its documents say themselves comes first. */
export function withFacts(scheme: Scheme, facts: SchemeFacts): Scheme {
  const side = (name: SideName): SchemeSide | undefined => {
    const own = scheme[name];
    // Of a side without a document its system or its API's name may be known.
    return own === undefined && facts.systems[name] === undefined && facts.apiNames[name] === undefined
      ? undefined
      : {
          metadata: {},
          ...own,
          system: own?.system ?? facts.systems[name],
          apiName: own?.apiName ?? facts.apiNames[name],
          isTable: own?.isTable ?? facts.tables.includes(name),
        };
  };
  return {
    ...scheme,
    id: scheme.id ?? facts.id,
    name: scheme.name ?? facts.name,
    crons: scheme.crons ?? facts.crons,
    callBack: scheme.callBack ?? facts.callBack,
    source: side("source"),
    target: side("target"),
  };
}

const STEM = /\.(?:source|target|scheme)\.json$/i;

/** Schemes with the facts that were brought along: of the same file names (`x.scheme.json` with `x.source.json`), else of the only scheme. */
export function joinFacts(
  schemes: readonly Scheme[],
  brought: readonly { readonly file: string; readonly facts: SchemeFacts }[],
): { readonly schemes: readonly Scheme[]; readonly left: readonly string[] } {
  const joined = [...schemes];
  const left: string[] = [];
  for (const { file, facts } of brought) {
    const stem = file.replace(STEM, "");
    const named = joined.findIndex((scheme) => scheme.file.replace(STEM, "") === stem);
    const at = named === -1 && joined.length === 1 ? 0 : named;
    const scheme = joined[at];
    if (scheme === undefined) left.push(file);
    else joined[at] = withFacts(scheme, facts);
  }
  return { schemes: joined, left };
}

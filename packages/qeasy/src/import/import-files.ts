/** Everything that was brought, at once: schemes name each other, so all ids are known before the first is imported for good. */
import { gatherSchemes, type InputFile } from "../scheme/gather.ts";
import type { ReadRemark } from "../scheme/article-form.ts";
import type { Scheme } from "../scheme/scheme.ts";
import type { Json } from "@datong/core";
import { isObject } from "@datong/core";
import { directionIn } from "./choose-api.ts";
import type { ImportContext } from "./context.ts";
import { importScheme, type ImportedFlow } from "./import-scheme.ts";
import type { Origins } from "../scheme/origins.ts";

export interface RefusedFile {
  readonly file: string;
  readonly zh: string;
  readonly en: string;
}

export interface ImportResult {
  readonly flows: readonly ImportedFlow[];
  readonly refused: readonly RefusedFile[];
}

/** `isTaken`: ids that other flows of the workspace have. Answers may stand under the flow's id, in a member `schemes`. */
export function importFiles(
  files: readonly InputFile[],
  context: ImportContext,
  isTaken: (id: string) => boolean = () => false,
): ImportResult {
  const gathered = gatherSchemes(files, (code) => directionIn(context.connectors, code));
  const { origins, remarks } = gathered;
  const ids = new Map<Scheme, string>();
  const taken = new Set<string>();
  const siblings: Record<string, string> = {};
  for (const scheme of gathered.schemes) {
    const { id: wanted } = importScheme({ scheme, origins, remarks, context, siblings: {} });
    const id = freeId(answeredId(context.answers, wanted) ?? wanted, (each) => taken.has(each) || isTaken(each));
    taken.add(id);
    ids.set(scheme, id);
    if (scheme.id !== undefined) siblings[scheme.id] = id;
  }
  const flows = gathered.schemes.map((scheme) => finalImport(scheme, ids.get(scheme) ?? "", { origins, remarks, context, siblings }));
  return { flows, refused: gathered.refused };
}

interface Around {
  readonly origins: Origins;
  readonly remarks: readonly ReadRemark[];
  readonly context: ImportContext;
  readonly siblings: Readonly<Record<string, string>>;
}

function finalImport(scheme: Scheme, id: string, around: Around): ImportedFlow {
  const answers = answersOf(around.context.answers, id);
  const made = importScheme({ ...around, scheme, context: { ...around.context, answers } });
  return { ...made, id, flow: { ...made.flow, id } };
}

function freeId(id: string, isTaken: (id: string) => boolean): string {
  for (let n = 1; ; n++) {
    const own = n === 1 ? id : `${id}-${n}`;
    if (!isTaken(own)) return own;
  }
}

function answeredId(answers: Readonly<Record<string, Json>>, wanted: string): string | undefined {
  const own = answersOf(answers, wanted)["id"];
  return typeof own === "string" && /^[a-z0-9][a-z0-9-]*$/.test(own) ? own : undefined;
}

/** One scheme's answers; those on top hold for all. */
function answersOf(answers: Readonly<Record<string, Json>>, id: string): Readonly<Record<string, Json>> {
  const { schemes, ...common } = answers;
  const own = schemes !== undefined && isObject(schemes) ? schemes[id] : undefined;
  return own !== undefined && isObject(own) ? { ...common, ...(own as Record<string, Json>) } : common;
}

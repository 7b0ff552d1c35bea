/**
 * The query APIs as the reading suite exercises them. An API of a connector that is neither here nor in `skipped.ts` fails the suite.
 */
import { jushuitanSources } from "./sources-jushuitan.ts";
import { kingdeeSources } from "./sources-kingdee.ts";
import { omsSources } from "./sources-oms.ts";
import type { SourceSubject } from "./source-subject.ts";

/** Every subject. */
export const SOURCES: readonly SourceSubject[] = [...kingdeeSources, ...jushuitanSources, ...omsSources];

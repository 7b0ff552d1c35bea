/** What an import knows besides the scheme: the catalogue, the workspace it goes into, what the person said on the command line. */
import type { Connector, Json } from "@datong/core";

export interface ImportContext {
  readonly connectors: readonly Connector[];
  /** Connections of the workspace. */
  readonly connections: readonly { readonly id: string; readonly system: string }[];
  /** Flows of the workspace: lookups may name them by id or former id. */
  readonly flows: readonly { readonly id: string; readonly aliases: readonly string[] }[];
  readonly sourceConnection?: string | undefined;
  readonly targetConnection?: string | undefined;
  /** Ids of schemes to ids of flows, as `--map OLD=NEW` gives them. */
  readonly schemeIds: Readonly<Record<string, string>>;
  /** Answers by the decision's key; scalars as texts, null for "nothing". */
  readonly answers: Readonly<Record<string, Json>>;
}

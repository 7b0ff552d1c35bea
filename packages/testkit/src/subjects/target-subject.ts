/** What the writing suite must know of a write API beyond its declaration: documents that it takes, and one that it refuses. */
import type { FaultCause, MappingField } from "@datong/core";
import type { LedgerEntry } from "@datong/simulators";
import type { Simulated } from "../bench.ts";

export type ToyRow = Readonly<Record<string, unknown>> & { readonly no: string };

export interface TargetSubject {
  readonly system: string;
  readonly api: string;
  /** The write and its probe as the simulator names them. */
  readonly operation: string;
  readonly probe: string;
  /** Kind of the ledger's entries. */
  readonly kind: string;
  readonly mapping: readonly MappingField[];
  readonly options?: Readonly<Record<string, string>>;
  /** A row whose document is taken; its external key is `no`. */
  readonly row: (no: string) => ToyRow;
  /** A row whose document is refused, and how. */
  readonly refused: {
    readonly row: (no: string) => ToyRow;
    readonly cause: FaultCause;
    readonly text: string;
    /** Absent where the vendor gives none with it. */
    readonly vendorCode?: string;
    /** The connector reads the missing code out of the text: the document waits for it instead of failing. */
    readonly waits?: true;
  };
  /** Makes the vendor hold a document that somebody typed in; its key. Absent: another flow writes one. */
  readonly typeIn?: (simulated: Simulated) => string;
  /** What the ledger must know of a written document after the target was asked. */
  readonly found: (entry: LedgerEntry) => { readonly number: string; readonly targetId?: string };
  /** Stage at which a document is done. */
  readonly finalStage?: string;
  /** Switches by which the simulator refuses what is faster than the connector declares. */
  readonly strict?: Readonly<Record<string, unknown>>;
}

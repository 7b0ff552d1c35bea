/** What the reading suite must know of a query API beyond its declaration: how to fill the vendor, and what a faultless read brings. */
import type { Flow } from "@datong/core";
import type { RunningSimulator } from "@datong/simulators";

/** Record key to the keys of its lines, sorted; no lines where a record is one row. */
export type Expected = ReadonlyMap<string, readonly string[]>;

export interface SourceSubject {
  readonly system: string;
  /** Code of the API. */
  readonly api: string;
  /** The page call as the simulator names it. */
  readonly operation: string;
  /** The detail call, where the API lists first. */
  readonly detail?: string;
  /** Bills that the simulator is started with. */
  readonly bills: number;
  /** Fills a vendor that starts empty. */
  readonly prepare?: (running: RunningSimulator) => void;
  readonly params?: Readonly<Record<string, string>>;
  readonly watermark?: NonNullable<Flow["source"]["watermark"]>;
  /** What lies in the vendor for this API, and of those what the flow's window holds. */
  readonly expected: (running: RunningSimulator, nowMs: number) => Expected;
  readonly lineKey?: string;
  /** Parameters and watermark of an incremental flow that picks up late rows by overlap; absent: the next full read does. */
  readonly incremental?: Pick<SourceSubject, "params" | "watermark">;
  /** Why rows cannot appear while paging. */
  readonly noInserts?: string;
  /** Switches of the simulator. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The testkit's front door: the bench, the toy connector and the conformance suites. */
export { openBench, connectorOf, type Bench, type Simulated, type SimulateOptions, type SimulatorStats } from "./bench.ts";
export { createSkippingClock, type SkippingClock } from "./clock.ts";
export { readLedger, type LedgerDocument, type LedgerRead, type LedgerRecord } from "./read-ledger.ts";
export { describeAccess } from "./conformance/access.ts";
export { describeReading } from "./conformance/reading.ts";
export { describeWriting } from "./conformance/writing.ts";
export { TOY } from "./toy/connector.ts";
export { startToyServer, type ToyServer } from "./toy/server.ts";
export { liveHistory, openReplay, simplify, tellBroken, type HistoryOptions, type HistoryResult, type Replay } from "./world/index.ts";
export { reportFigure, type SoakFigure } from "./soak-figure.ts";
export * from "./fill-ledger.ts";

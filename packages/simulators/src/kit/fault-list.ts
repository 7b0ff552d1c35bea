/**
 * The fault switches of one simulator: which faults are set, and which of them are due for a request.
 *
 * Faults are looked at in the order they were set. `skip` lets matching requests pass, `times` counts down and then removes the
 * fault. A fault that answers in the vendor's place ends the search, and of the faults that break the answer only one is taken, so
 * that no fault is used up by a request on which it had no effect.
 */
import type { Fault } from "./simulator.ts";

const KINDS: ReadonlySet<string> = new Set<Fault["kind"]>([
  "latency",
  "http-429",
  "vendor-limit",
  "http-500",
  "http-502-html",
  "cut-before",
  "cut-after",
  "truncate",
  "truncate-json",
  "session-lost",
  "insert-rows",
  "save-not-audit",
]);
const ANSWERING: ReadonlySet<string> = new Set<Fault["kind"]>(["http-429", "vendor-limit", "http-500", "http-502-html", "cut-before"]);
const BREAKING: ReadonlySet<string> = new Set<Fault["kind"]>(["cut-after", "truncate", "truncate-json"]);
const COUNTS = ["ms", "retryAfterS", "count", "times", "skip"] as const;

export interface FaultList {
  add(faults: readonly Fault[]): void;
  clear(): void;
  /** What is still set, with the counts that are left. */
  list(): readonly Fault[];
  /** Takes the faults that are due for one request of this API, counting down. */
  due(api: string): readonly Fault[];
}

/** Makes an empty list of faults. */
export function createFaultList(): FaultList {
  let set: ArmedFault[] = [];
  return {
    add: (faults) => set.push(...faults.map((fault) => ({ fault, skip: fault.skip ?? 0, times: fault.times ?? Infinity }))),
    clear: () => (set = []),
    list: () =>
      set.map(({ fault, skip, times }) => ({
        ...fault,
        ...(fault.skip === undefined ? {} : { skip }),
        ...(fault.times === undefined ? {} : { times }),
      })),
    due(api) {
      const due: Fault[] = [];
      for (const item of set) {
        if (item.fault.api !== "*" && item.fault.api.toLowerCase() !== api.toLowerCase()) continue;
        if (BREAKING.has(item.fault.kind) && due.some((fault) => BREAKING.has(fault.kind))) continue;
        if (item.skip > 0) {
          item.skip -= 1;
          continue;
        }
        item.times -= 1;
        due.push(item.fault);
        if (ANSWERING.has(item.fault.kind)) break;
      }
      set = set.filter((item) => item.times > 0);
      return due;
    },
  };
}

/** Reads what POST /_sim/faults was sent: one fault or an array; throws with a sentence when something is not a fault. */
export function parseFaults(value: unknown): readonly Fault[] {
  return (Array.isArray(value) ? value : [value]).map((item: unknown) => {
    const fault = item as Partial<Fault> | null;
    if (typeof fault !== "object" || fault === null) throw new TypeError("a fault must be an object {api, kind, …}");
    if (typeof fault.api !== "string" || fault.api === "") throw new TypeError("a fault needs api: the name of an API, or *");
    if (typeof fault.kind !== "string" || !KINDS.has(fault.kind))
      throw new TypeError(`a fault needs kind: one of ${[...KINDS].join(", ")}`);
    for (const name of COUNTS) {
      const count: unknown = fault[name];
      if (count !== undefined && (typeof count !== "number" || !(count >= 0))) throw new TypeError(`${name} must be a number from 0 up`);
    }
    return fault as Fault;
  });
}

interface ArmedFault {
  readonly fault: Fault;
  skip: number;
  times: number;
}

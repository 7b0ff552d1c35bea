/** A terminal in memory: what was printed, and a way to send signals. */
import type { StopSignal, Terminal } from "../src/terminal.ts";

export interface MemoryTerminal extends Terminal {
  readonly outText: () => string;
  readonly errText: () => string;
  readonly stop: (signal: StopSignal) => void;
  /** The one JSON object on stdout; throws when there is more or less. */
  readonly json: () => unknown;
}

export function memoryTerminal(options: {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly errColumns?: number;
}): MemoryTerminal {
  let [out, err] = ["", ""];
  const listeners = new Set<(signal: StopSignal) => void>();
  return {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    errColumns: options.errColumns,
    env: { LANG: "zh_CN.UTF-8", ...options.env },
    cwd: options.cwd,
    onStop: (heard) => {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    outText: () => out,
    errText: () => err,
    stop: (signal) => {
      for (const heard of listeners) heard(signal);
    },
    json: () => {
      if (!/^\{.*\}\n$/.test(out)) throw new Error(`not exactly one line of JSON: ${out}`);
      return JSON.parse(out) as unknown;
    },
  };
}

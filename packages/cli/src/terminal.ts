/**
 * What a command may touch of the process, so that tests can stand in for it: streams, environment, folder, signals.
 * Results go to `out`, everything else (progress, errors, remarks) to `err`.
 */
import { createInterface } from "node:readline/promises";

export type StopSignal = "SIGINT" | "SIGTERM";

export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Width of the screen that `err` is; undefined when it is a file or a pipe. */
  readonly errColumns: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Asks the person for a line; absent where nobody sits there (a pipe, a file, CI). */
  readonly ask?: (question: string) => Promise<string>;
  /** Calls back on every signal to stop until the returned function is called. */
  readonly onStop: (heard: (signal: StopSignal) => void) => () => void;
}

/** The real process. A reader that went away (`datong records | head`) ends the output, not the program. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    errColumns: process.stderr.isTTY ? process.stderr.columns : undefined,
    env: process.env,
    cwd: process.cwd(),
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
    onStop: (heard) => {
      const signals: readonly StopSignal[] = ["SIGINT", "SIGTERM"];
      for (const signal of signals) process.on(signal, heard);
      return () => {
        for (const signal of signals) process.off(signal, heard);
      };
    },
  };
}

/** Lines that came with the one that was asked for, such as pasted ones: answers to what is asked next. */
const typed: string[] = [];

/** Empty where the person ends the input instead. */
async function ask(question: string): Promise<string> {
  const before = typed.shift();
  if (before !== undefined) return before;
  const line = createInterface({ input: process.stdin, output: process.stderr });
  line.on("line", (more) => typed.push(more));
  const ended = new Promise<string>((resolve) => line.once("close", () => resolve("")));
  try {
    return await Promise.race([line.question(question), ended]);
  } finally {
    line.close();
  }
}

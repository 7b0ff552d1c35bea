/** The command line program `datong`. Exit codes: 0 all is well, 1 it failed, 2 used wrongly, 130 and 143 stopped by a signal. */
import { buildProgram } from "./program.ts";
import { processTerminal, type Terminal } from "./terminal.ts";

/** Runs one command and gives its exit code; never throws for what a person may do wrong. */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  return buildProgram(terminal, argv).run();
}

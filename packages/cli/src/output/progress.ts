/**
 * Progress of a run on stderr: one line redrawn on a screen, a plain line now and then elsewhere. `end` leaves the screen clean.
 */
import { explain } from "@datong/core";
import type { RunProgress, RunWait } from "@datong/engine";
import type { Context } from "../context.ts";
import { cut } from "./table.ts";

export interface Progress {
  readonly show: (progress: RunProgress) => void;
  readonly end: () => void;
}

const REDRAW_MS = 80;
const LINE_MS = 2_000;
const BAR_LETTERS = 24;

export function startProgress(context: Context, title: string): Progress {
  const { terminal, text } = context;
  const columns = terminal.errColumns;
  let shownAt = columns === undefined ? Date.now() : 0;
  let drawn = false;
  const lineOf = (p: RunProgress): string =>
    `${title}  ${bar(p.records, p.written + p.failed)}  ${text.progress(p.read, p.records, p.written, p.failed)}${p.waiting === undefined ? "" : `  ${waitText(context, p.waiting)}`}`;
  return {
    show: (progress) => {
      const now = Date.now();
      if (now - shownAt < (columns === undefined ? LINE_MS : REDRAW_MS) && progress.waiting === undefined) return;
      shownAt = now;
      if (columns === undefined) terminal.err(`${lineOf(progress)}\n`);
      else {
        terminal.err(`\r\u001b[2K${cut(lineOf(progress), columns - 1)}`);
        drawn = true;
      }
    },
    end: () => {
      if (drawn) terminal.err("\r\u001b[2K");
    },
  };
}

/** Why the run waits, in the reader's language. */
function waitText({ text, language }: Context, wait: RunWait): string {
  const seconds = Math.ceil(wait.waitMs / 1000);
  return wait.kind === "queue" ? text.waitingQueue(seconds) : text.waitingPage(seconds, explain(wait.fault, language).message);
}

function bar(total: number, done: number): string {
  const full = total === 0 ? 0 : Math.min(BAR_LETTERS, Math.floor((done * BAR_LETTERS) / total));
  return `[${"█".repeat(full)}${"·".repeat(BAR_LETTERS - full)}]`;
}

/** What every command gets: terminal, language, texts, whether the result is JSON, and the wish to stop. */
import type { Language } from "@datong/core";
import type { StopSignal, Terminal } from "./terminal.ts";
import { textIn, type Text } from "./text/text.ts";

export interface Context {
  readonly terminal: Terminal;
  readonly language: Language;
  readonly text: Text;
  readonly json: boolean;
  /** Aborted at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** 130 or 143 after a signal, else null. */
  readonly stoppedWith: () => number | null;
  /** Gives the signals back. */
  readonly dispose: () => void;
}

const EXIT_CODES: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

export function createContext(terminal: Terminal, options: { readonly lang?: string; readonly json: boolean }): Context {
  const language = options.lang === "zh" || options.lang === "en" ? options.lang : languageOf(terminal.env);
  const text = textIn(language);
  const controller = new AbortController();
  let stopped: StopSignal | null = null;
  const dispose = terminal.onStop((signal) => {
    if (stopped === null) terminal.err(`\n${text.stopping}\n`);
    stopped ??= signal;
    controller.abort();
  });
  return {
    terminal,
    language,
    text,
    json: options.json,
    signal: controller.signal,
    stoppedWith: () => (stopped === null ? null : EXIT_CODES[stopped]),
    dispose,
  };
}

/** LC_ALL, LC_MESSAGES, LANG in this order; Chinese where none says anything. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "";
  if (/^(|C|POSIX|C\..*)$/i.test(locale)) return "zh";
  return /^zh/i.test(locale) ? "zh" : "en";
}

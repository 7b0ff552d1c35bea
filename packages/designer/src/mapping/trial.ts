/**
 * The draft over a sample, asked of the server at each pause: results, where they come from and problems, field by field. What is being typed
 * goes along without being in the draft yet. Each field hears of its own result alone, so that a key redraws nothing else.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { ask, workspacePath, type FlowIssue } from "../api/ask.ts";
import type { LooseFlow } from "../flow/draft.ts";
import { valueText } from "./source-values.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface Sample {
  readonly records: readonly {
    readonly key: string;
    readonly number: string | null;
    readonly dropped: string | null;
    readonly rows: readonly Row[];
  }[];
  readonly newColumns: readonly { readonly path: string; readonly type: string; readonly sample: string }[];
  /** As the server wrote them: sent back like this, every digit stays. */
  readonly rowsText: string;
}

export interface Trace {
  /** With positions of lines: `items[0].sku_id`. */
  readonly fieldPath: string;
  readonly expression: string;
  readonly references: readonly { readonly path: string; readonly value?: unknown }[];
  readonly result?: unknown;
  readonly note?: string;
  readonly lookups?: readonly {
    readonly flow: string;
    readonly find: string;
    readonly where: string;
    readonly matched: number;
    readonly found: unknown;
  }[];
}

export interface Told {
  readonly path: string;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly todoZh: string;
  readonly todoEn: string;
}

export interface BillAfter {
  readonly row: Row;
  readonly part: string;
  readonly sources: readonly { readonly key: string; readonly number: string; readonly rowIndexes: readonly number[] }[];
  readonly lineSources?: Readonly<Record<string, readonly (readonly { readonly source: number; readonly rowIndex: number }[])[]>>;
}

export interface Trial {
  readonly records: Sample["records"];
  readonly steps: readonly { readonly index: number; readonly kind: string; readonly bills: readonly BillAfter[] }[];
  readonly documents: readonly {
    readonly part: string;
    readonly body: Row | null;
    readonly fields: readonly Trace[];
    readonly issues: readonly Told[];
  }[];
  readonly flaws: readonly Told[];
  readonly issues: readonly FlowIssue[];
  /** Why nothing was tried. */
  readonly stopped: Told | null;
}

/** Of one field over the first document; a line's field has a trace for each line. */
export interface FieldResult {
  readonly text: string;
  readonly traces: readonly Trace[];
  readonly problem: Told | null;
}

const PAUSE_MS = 280;
const SHOWN_LINES = 3;

/** What is typed and what came of it, outside of React: a field hears of its own. */
export class TrialStore {
  private results = new Map<string, FieldResult>();
  private readonly heard = new Set<() => void>();
  private readonly typedHeard = new Set<() => void>();
  /** Place in the document to what is being typed there. */
  readonly typed = new Map<string, string>();
  trial: Trial | null = null;
  /** Why the last question had no answer. */
  error: unknown = null;

  readonly subscribe = (hear: () => void): (() => void) => {
    this.heard.add(hear);
    return () => this.heard.delete(hear);
  };

  onTyped(hear: () => void): () => void {
    this.typedHeard.add(hear);
    return () => this.typedHeard.delete(hear);
  }

  resultOf(name: string): FieldResult | undefined {
    return this.results.get(name);
  }

  type(place: string, value: string | null): void {
    if (value === null ? !this.typed.delete(place) : this.typed.get(place) === value) return;
    if (value !== null) this.typed.set(place, value);
    for (const hear of this.typedHeard) hear();
  }

  fail(error: unknown): void {
    this.error = error;
    for (const hear of this.heard) hear();
  }

  tell(trial: Trial): void {
    this.trial = trial;
    this.error = null;
    const now = resultsOf(trial);
    // The same result stays the same object, and its field is left alone.
    for (const [name, result] of now) {
      const before = this.results.get(name);
      if (before !== undefined && JSON.stringify(before) === JSON.stringify(result)) now.set(name, before);
    }
    this.results = now;
    for (const hear of this.heard) hear();
  }
}

/** Without the positions of lines. */
export function nameOf(fieldPath: string): string {
  return fieldPath.replace(/\[\d+\]/g, "");
}

function resultsOf({ documents }: Trial): Map<string, FieldResult> {
  const [document] = documents;
  const traces = new Map<string, Trace[]>();
  for (const trace of document?.fields ?? []) {
    const name = nameOf(trace.fieldPath);
    const known = traces.get(name);
    if (known === undefined) traces.set(name, [trace]);
    else known.push(trace);
  }
  const problems = new Map((document?.issues ?? []).map((issue) => [nameOf(issue.path), issue]).toReversed() as [string, Told][]);
  const names = new Set([...traces.keys(), ...problems.keys()]);
  return new Map(
    [...names].map((name): [string, FieldResult] => {
      const own = traces.get(name) ?? [];
      const texts = own.slice(0, SHOWN_LINES).map(({ result }) => (Array.isArray(result) ? `[${result.length}]` : valueText(result)));
      return [
        name,
        { text: own.length > SHOWN_LINES ? `${texts.join(" | ")} …` : texts.join(" | "), traces: own, problem: problems.get(name) ?? null },
      ];
    }),
  );
}

export function useFieldResult(store: TrialStore, name: string): FieldResult | undefined {
  return useSyncExternalStore(store.subscribe, () => store.resultOf(name));
}

export function useTrialOf(store: TrialStore): Trial | null {
  return useSyncExternalStore(store.subscribe, () => store.trial);
}

export function useTrialError(store: TrialStore): unknown {
  return useSyncExternalStore(store.subscribe, () => store.error);
}

/** Asks at each pause, one request at a time; the latest draft wins. */
export function useTrials(workspace: string, text: string, rowsText: string | null, isOn: boolean): TrialStore {
  const store = useMemo(() => new TrialStore(), []);
  const latest = useRef({ text, rowsText });
  latest.current = { text, rowsText };
  useEffect(() => {
    if (!isOn) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked: AbortController | undefined;
    const send = async (): Promise<void> => {
      asked?.abort();
      const own = new AbortController();
      asked = own;
      const body = { text: latest.current.text, rows: latest.current.rowsText ?? "[]", values: Object.fromEntries(store.typed) };
      try {
        const trial = await ask<Trial>("POST", workspacePath(workspace, "try"), { body, exact: true, signal: own.signal });
        if (!own.signal.aborted) store.tell(trial);
      } catch (error) {
        if (!own.signal.aborted) store.fail(error);
      }
    };
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void send(), PAUSE_MS);
    };
    wait();
    const off = store.onTyped(wait);
    return () => {
      off();
      clearTimeout(timer);
      asked?.abort();
    };
  }, [store, workspace, text, rowsText, isOn]);
  return store;
}

/** A few real bills of the flow's source; fetched when somebody asks for them, and kept while the page is open. */
export function useSample(workspace: string, source: LooseFlow["source"]) {
  const queries = useQueryClient();
  const key = ["sample", workspace, source?.connection ?? "", source?.api ?? ""];
  const found = useQuery<Sample>({
    queryKey: key,
    enabled: false,
    staleTime: Infinity,
    queryFn: () => Promise.reject(new Error("asked by hand")),
  });
  const fetchSample = async (number: string): Promise<Sample> => {
    const body = { source, limit: 5, ...(number.trim() === "" ? {} : { numbers: number.trim().split(/[\s,，]+/) }) };
    const sample = await ask<Sample>("POST", workspacePath(workspace, "sample"), { body, exact: true });
    queries.setQueryData(key, sample);
    return sample;
  };
  return { sample: found.data ?? null, fetchSample };
}

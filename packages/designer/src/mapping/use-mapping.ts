/** What the mapping editor shows and does: lines, problems, suggestions and results of the draft as it is now. */
import { useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import type { Api } from "../api/answers.ts";
import type { Edit, FormEdit, LooseFlow } from "../flow/draft.ts";
import { sourceFields } from "../flow/fields.ts";
import { useLanguage } from "../language/language.tsx";
import { usePinyin, type ToPinyin } from "../parts/pinyin.ts";
import { useSteady } from "../parts/steady.ts";
import { usePlace } from "../shell/place.tsx";
import { dropEdit, keepEdit, listsOf, moveEdit, putEdits, takeEdits } from "./edits.ts";
import type { GridHandle } from "./grid.tsx";
import type { GridActions } from "./grid-line.tsx";
import { gridRows, placeOf, shownRows, type GridRow, type View } from "./grid-rows.ts";
import { useEarlier, useFlowNames, useLanguageWords } from "./known.ts";
import { problemsOf } from "./problems.ts";
import { sampledFields } from "./source-values.ts";
import { suggestions as suggest } from "./suggest.ts";
import { useSample, useTrialOf, useTrials } from "./trial.ts";

export interface MappingEditorProps {
  readonly flow: LooseFlow;
  /** The draft as it is now. */
  readonly draft: string;
  readonly from: Api | undefined;
  readonly to: Api | undefined;
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

export function useMapping({ flow, draft, from, to, edit, isReadOnly }: MappingEditorProps) {
  const { language } = useLanguage();
  const { workspace } = usePlace();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [view, setView] = useState<View>("all");
  const [typed, setTyped] = useState("");
  const [current, setCurrent] = useState<string | null>(null);
  const [settings, setSettings] = useState<string | null>(null);
  const grid = useRef<GridHandle>(null);
  const { sample, fetchSample } = useSample(workspace, flow.source);
  const store = useTrials(workspace, draft, sample?.rowsText ?? null, !isReadOnly);
  const trial = useTrialOf(store);
  const rows = useRows(flow, to, closed);
  const row = trial?.steps.at(-1)?.bills[0]?.row ?? null;
  const { source: side, restructure } = flow;
  const source = useSteady(
    useMemo(() => sampledFields(sourceFields(from, { source: side, restructure }), row), [from, side, restructure, row]),
  );
  const toPinyin = usePinyin();
  const earlier = useEarlier(workspace, flow, !isReadOnly);
  // What may follow a key does not hold it up.
  const later = useDeferredValue(rows);
  const suggested = useMemo(
    () => (isReadOnly ? [] : suggest(later, source, earlier, toPinyin)),
    [isReadOnly, later, source, earlier, toPinyin],
  );
  // What is being typed is in the trial's question already: each answer looks anew at what still lacks.
  const problems = useMemo(() => problemsOf(rows, trial, language, store.typed), [rows, trial, language, store]);
  const wrong = useMemo(
    () => new Map(problems.flatMap(({ key, what }) => (key === null ? [] : [[key, what] as const])).toReversed()),
    [problems],
  );
  const shown = useMemo(() => shownRows(rows, view, typed, new Set(wrong.keys()), toPinyin), [rows, view, typed, wrong, toPinyin]);
  const goTo = useCallback((key: string): void => {
    setView("all");
    setTyped("");
    setTimeout(() => grid.current?.goTo(key));
  }, []);
  const seen: Now = {
    rows,
    shown,
    lists: listsOf(source),
    source,
    known: useFlowNames(workspace),
    words: useLanguageWords(),
    inChinese: language === "zh",
    toPinyin,
    current,
  };
  // The actions read what is there when they are called; they stay the same object, and lines are not redrawn for them.
  const now = useRef(seen);
  now.current = seen;
  const actions = useMemo(() => actionsOver(() => now.current, { edit, store, grid, setClosed, setSettings, setCurrent }), [edit, store]);
  const use = useCallback((path: string): void => (isReadOnly ? undefined : putIn(now.current, path, edit)), [edit, isReadOnly]);
  const views = { view, setView, typed, setTyped, current, settings, setSettings, closed };
  return { ...seen, ...views, grid, sample, fetchSample, store, trial, suggested, problems, wrong, goTo, actions, use, language };
}

export type Mapping = ReturnType<typeof useMapping>;

/** A source field into the field that the cursor was in last. */
function putIn({ rows, current, lists }: Now, path: string, edit: (edit: Edit) => void): void {
  const at = rows.find(({ key }) => key === current);
  const edits = at === undefined ? [] : putEdits(at, path, rows, lists);
  if (edits.length > 0) edit({ kind: "many", edits });
}

function useRows({ mapping }: LooseFlow, to: Api | undefined, closed: ReadonlySet<string>): readonly GridRow[] {
  return useSteady(useMemo(() => gridRows(Array.isArray(mapping) ? mapping : [], to?.request ?? [], closed), [mapping, to, closed]));
}

export interface Now {
  readonly rows: readonly GridRow[];
  readonly shown: readonly GridRow[];
  readonly lists: readonly string[];
  readonly source: ReturnType<typeof sampledFields>;
  readonly known: ReturnType<typeof useFlowNames>;
  readonly words: ReturnType<typeof useLanguageWords>;
  readonly inChinese: boolean;
  readonly toPinyin: ToPinyin | null;
  /** The field that the cursor was in last. */
  readonly current: string | null;
}

interface Hands {
  readonly edit: (edit: Edit) => void;
  readonly store: ReturnType<typeof useTrials>;
  readonly grid: { readonly current: GridHandle | null };
  readonly setClosed: (change: (now: ReadonlySet<string>) => ReadonlySet<string>) => void;
  readonly setSettings: (key: string) => void;
  readonly setCurrent: (key: string) => void;
}

export function actionsOver(now: () => Now, { edit, store, grid, setClosed, setSettings, setCurrent }: Hands): GridActions {
  const done = (made: FormEdit | null): void => {
    if (made !== null) edit(made);
  };
  return {
    keep: (row, value) => done(keepEdit(row, value, now().lists)),
    put: (row, path) => edit({ kind: "many", edits: putEdits(row, path, now().rows, now().lists) }),
    type: (row, value) => {
      const place = placeOf(row);
      if (place !== null) store.type(place, value);
    },
    move: (row, by) => {
      done(moveEdit(row, row.index + by));
      setTimeout(() => grid.current?.goTo(row.key));
    },
    drop: (from, onto) =>
      done(
        dropEdit(
          now().rows.find(({ key }) => key === from),
          onto,
        ),
      ),
    remove: ({ list, index }) => edit({ kind: "remove", path: [...list, index] }),
    fold: (key) => setClosed((before) => new Set(before.has(key) ? [...before].filter((each) => each !== key) : [...before, key])),
    settings: ({ key }) => setSettings(key),
    focus: setCurrent,
    step: (key, by) => {
      const { shown } = now();
      const next = shown[shown.findIndex((row) => row.key === key) + by];
      if (next !== undefined) grid.current?.goTo(next.key);
    },
    take: (suggestion) => edit({ kind: "many", edits: takeEdits([suggestion], now().rows, now().lists) }),
    known: (row) => {
      const { source, words, known, inChinese, toPinyin } = now();
      return { fields: source, language: words, flows: known, allowed: row.api?.options ?? [], isList: row.isParent, inChinese, toPinyin };
    },
  };
}

/** The lines that are in view, and a few around them: three hundred fields cost no more than twenty. */
import { memo, useImperativeHandle, useLayoutEffect, useRef, useState, type Ref } from "react";
import { useTexts } from "../language/language.tsx";
import { mappingTexts } from "../language/mapping-texts.ts";
import { GridLine, type GridActions } from "./grid-line.tsx";
import type { GridRow } from "./grid-rows.ts";
import type { Suggestion } from "./suggest.ts";
import type { TrialStore } from "./trial.ts";

export const LINE_HEIGHT = 48;
const AROUND = 6;

export interface GridHandle {
  /** Brings a field into view and into its value. */
  readonly goTo: (key: string) => void;
}

interface GridProps {
  readonly rows: readonly GridRow[];
  readonly closed: ReadonlySet<string>;
  readonly current: string | null;
  readonly problems: ReadonlyMap<string, string>;
  readonly suggestions: ReadonlyMap<string, Suggestion>;
  readonly store: TrialStore;
  readonly actions: GridActions;
  readonly isReadOnly: boolean;
  readonly height: number;
  readonly handle: Ref<GridHandle>;
}

export const Grid = memo(function Grid(props: GridProps) {
  const { rows, closed, current, problems, suggestions, store, actions, isReadOnly, height, handle } = props;
  const text = useTexts(mappingTexts);
  const box = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState(0);
  const [wanted, setWanted] = useState<string | null>(null);
  const goTo = (key: string): void => {
    const index = rows.findIndex((row) => row.key === key);
    const { current: scrolled } = box;
    if (index < 0 || scrolled === null) return;
    const top = index * LINE_HEIGHT;
    if (top < scrolled.scrollTop || top + LINE_HEIGHT > scrolled.scrollTop + height) scrolled.scrollTop = Math.max(0, top - height / 3);
    setFirst(Math.floor(scrolled.scrollTop / LINE_HEIGHT));
    setWanted(key);
  };
  useImperativeHandle(handle, () => ({ goTo }));
  // The line may not be drawn yet when it is asked for.
  useLayoutEffect(() => {
    if (wanted === null) return;
    box.current?.querySelector<HTMLElement>(`[data-value="${CSS.escape(wanted)}"]`)?.focus();
    setWanted(null);
  }, [wanted]);
  const from = Math.max(0, first - AROUND);
  const to = Math.min(rows.length, first + Math.ceil(height / LINE_HEIGHT) + AROUND);
  return (
    <div className="map-grid" role="group" aria-label={text.title}>
      <div className="map-head" aria-hidden>
        <span />
        <span>{text.target}</span>
        <span>{text.type}</span>
        <span>{text.value}</span>
        <span>{text.result}</span>
        <span />
      </div>
      <div
        ref={box}
        className="map-lines"
        tabIndex={-1}
        style={{ height: Math.min(height, Math.max(1, rows.length) * LINE_HEIGHT) }}
        onScroll={({ currentTarget }) => setFirst(Math.floor(currentTarget.scrollTop / LINE_HEIGHT))}
      >
        <div style={{ height: rows.length * LINE_HEIGHT, position: "relative" }}>
          {rows.slice(from, to).map((row, index) => (
            <GridLine
              key={row.key}
              row={row}
              top={(from + index) * LINE_HEIGHT}
              isOpen={!closed.has(row.key)}
              isCurrent={current === row.key}
              isReadOnly={isReadOnly}
              problem={problems.get(row.key) ?? null}
              suggestion={suggestions.get(row.key)}
              store={store}
              actions={actions}
            />
          ))}
        </div>
      </div>
    </div>
  );
});

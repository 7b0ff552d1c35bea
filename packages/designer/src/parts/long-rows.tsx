/**
 * Rows without end: a table of our own markup, where only what is in view is in the document. All rows are equally high, so that a place
 * in the list is a product and nothing is ever measured; a library's table takes tens of milliseconds to show other rows, this one a few.
 * The box scrolls by itself, and by keys once it has the focus.
 */
import { memo, useEffect, useLayoutEffect, useRef, useState, type CSSProperties, type ReactNode, type UIEvent } from "react";
import "./long-rows.css";

export interface LongColumn<T> {
  readonly key: string;
  readonly title: string;
  /** Pixels; what is left over where it is not given. */
  readonly width?: number;
  readonly align?: "right";
  /** A text is told in full when one points at it. */
  readonly render: (row: T) => ReactNode;
}

interface LongRowsProps<T> {
  /** For those who do not see it. */
  readonly label: string;
  readonly columns: readonly LongColumn<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** Lines of text in a row. */
  readonly lines: 1 | 2;
  /** Pixels that the columns take at the least; the box scrolls to the right where it has fewer. */
  readonly least: number;
  /** What the rows are of: where it changes, the list is at its beginning again. */
  readonly of: string;
  /** How many there are in all, where that is known. */
  readonly total?: number;
  /** Called near the end; null where there is nothing more. */
  readonly onEnd: (() => void) | null;
}

const HEIGHTS = { 1: 40, 2: 52 } as const;
/** Rows drawn above and below of what is seen: what a turn of the wheel brings in is there already. */
const BESIDE = 6;
/** Drawn anew only after so many rows. */
const STEP = 3;
/** As the style sheet has it. */
const LEAST_VIEW = 260;
const AROUND = 291;

const inView = (height: number): number => Math.ceil(Math.max(LEAST_VIEW, innerHeight - AROUND) / height);

export function LongRows<T>({ label, columns, rows, keyOf, lines, least, of, total, onEnd }: LongRowsProps<T>) {
  const height = HEIGHTS[lines];
  const box = useRef<HTMLDivElement>(null);
  const top = useRef(0);
  const [first, setFirst] = useState(0);
  const [seen, setSeen] = useState(() => inView(height));
  useEffect(() => {
    const look = (): void => setSeen(inView(height));
    look();
    addEventListener("resize", look);
    return () => removeEventListener("resize", look);
  }, [height]);
  useLayoutEffect(() => {
    if (top.current === 0 || box.current === null) return;
    box.current.scrollTop = 0;
    top.current = 0;
    setFirst(0);
  }, [of]);
  const scrolled = ({ currentTarget }: UIEvent<HTMLDivElement>): void => {
    top.current = currentTarget.scrollTop;
    const at = Math.floor(top.current / height);
    setFirst(at - (at % STEP));
    if (onEnd !== null && at + 3 * seen > rows.length) onEnd();
  };
  const from = Math.max(0, Math.min(first, rows.length - seen) - BESIDE);
  const drawn = rows.slice(from, first + seen + STEP + BESIDE);
  const style = {
    "--long-columns": columns.map(({ width }) => (width === undefined ? "minmax(80px, 1fr)" : `${width}px`)).join(" "),
    "--long-least": `${least}px`,
    "--long-height": `${height}px`,
  } as CSSProperties;
  return (
    <div
      ref={box}
      role="table"
      aria-label={label}
      aria-rowcount={(total ?? rows.length) + 1}
      className="long-rows"
      style={style}
      data-lines={lines}
      tabIndex={0}
      onScroll={scrolled}
    >
      <div role="none" className="long-rows-table">
        <LongHead columns={columns as readonly LongColumn<never>[]} />
        <div role="rowgroup" className="long-rows-body" style={{ height: rows.length * height }}>
          {drawn.map((row, i) => (
            <LongRow key={keyOf(row)} row={row} columns={columns as readonly LongColumn<unknown>[]} at={from + i} height={height} />
          ))}
        </div>
      </div>
    </div>
  );
}

const LongHead = memo(function LongHead({ columns }: { readonly columns: readonly LongColumn<never>[] }) {
  return (
    <div role="rowgroup" className="long-rows-head">
      <div role="row" aria-rowindex={1} className="long-row">
        {columns.map(({ key, title, align }) => (
          <div key={key} role="columnheader" className="long-cell" data-align={align}>
            {title}
          </div>
        ))}
      </div>
    </div>
  );
});

interface LongRowProps {
  readonly row: unknown;
  readonly columns: readonly LongColumn<unknown>[];
  readonly at: number;
  readonly height: number;
}

const LongRow = memo(function LongRow({ row, columns, at, height }: LongRowProps) {
  return (
    <div role="row" aria-rowindex={at + 2} className="long-row" style={{ top: at * height }}>
      {columns.map(({ key, align, render }) => {
        const shown = render(row);
        const isText = typeof shown === "string";
        return (
          <div
            key={key}
            role="cell"
            className="long-cell"
            data-align={align}
            data-plain={isText ? undefined : ""}
            title={isText && shown !== "" ? shown : undefined}
          >
            {shown}
          </div>
        );
      })}
    </div>
  );
});

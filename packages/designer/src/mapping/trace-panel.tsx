/** Where the value of one target field comes from: what was read, looked up and made of it, line by line, and what to do where it failed. */
import { Flex, Typography } from "antd";
import { useLanguage, useTexts } from "../language/language.tsx";
import { mappingTexts } from "../language/mapping-texts.ts";
import { labelOf, valueOf, type GridRow } from "./grid-rows.ts";
import { valueText } from "./source-values.ts";
import { useFieldResult, type Trace, type TrialStore } from "./trial.ts";

const LINES_MAX = 8;

interface TracePanelProps {
  readonly row: GridRow | undefined;
  readonly store: TrialStore;
  readonly hasSample: boolean;
  /** What is wrong before any row is mapped. */
  readonly problem: string | null;
}

export function TracePanel({ row, store, hasSample, problem }: TracePanelProps) {
  const text = useTexts(mappingTexts);
  const { language } = useLanguage();
  if (row === undefined)
    return (
      <section aria-label={text.trace} className="map-trace scrolls">
        <Typography.Text type="secondary">{text.traceHint}</Typography.Text>
      </section>
    );
  return (
    <section aria-label={text.trace} className="map-trace scrolls">
      <Flex gap={8} wrap align="baseline">
        <Typography.Text strong>
          {labelOf(row, language)} <span className="mono">{row.name}</span>
        </Typography.Text>
        <span className="mono map-quiet">{valueOf(row)}</span>
      </Flex>
      <Traces key={row.name} row={row} store={store} hasSample={hasSample} problem={problem} />
    </section>
  );
}

function Traces({ row, store, hasSample, problem }: Omit<TracePanelProps, "row"> & { readonly row: GridRow }) {
  const text = useTexts(mappingTexts);
  const { pick } = useLanguage();
  const result = useFieldResult(store, row.name);
  const told = result?.problem ?? null;
  const traces = result?.traces ?? [];
  return (
    <>
      {problem === null ? null : <div className="map-wrong">{problem}</div>}
      {told === null ? null : (
        <div className="map-wrong">
          {pick(told)} {pick({ zh: told.todoZh, en: told.todoEn })}
        </div>
      )}
      {!hasSample ? <Typography.Text type="secondary">{text.traceEmpty}</Typography.Text> : null}
      {traces.slice(0, LINES_MAX).map((trace, index) => (
        <Line key={trace.fieldPath} trace={trace} index={traces.length > 1 ? index : null} />
      ))}
      {traces.length > LINES_MAX ? <Typography.Text type="secondary">{text.moreLines(traces.length - LINES_MAX)}</Typography.Text> : null}
    </>
  );
}

function Line({ trace, index }: { readonly trace: Trace; readonly index: number | null }) {
  const text = useTexts(mappingTexts);
  const { told } = useLanguage();
  const { references, lookups = [], result, note } = trace;
  const isList = Array.isArray(result);
  return (
    <div className="map-trace-line">
      {index === null ? null : <span className="map-quiet">{text.line(index + 1)} </span>}
      {references.map(({ path, value }) => (
        <span key={path} className="map-chip mono">
          {path} ={" "}
          {Array.isArray(value) ? text.lines(value.length) : value === undefined || value === null ? text.noValue : valueText(value)}
        </span>
      ))}
      {lookups.map(({ flow, find, where, matched, found }) => (
        <span key={`${flow} ${find} ${where}`} className="map-chip mono">
          {text.lookups} {find} ← {flow} ({where}) · {text.lookedUp(matched)} {valueText(found)}
        </span>
      ))}
      {" → "}
      <strong className="mono">
        {isList ? text.lines(result.length) : result === undefined || result === null ? text.noValue : valueText(result)}
      </strong>
      {note === undefined ? null : <span className="map-quiet"> {told(note)}</span>}
    </div>
  );
}

/** The sample before and after each restructuring step; a line chosen on the right marks the source rows that it was made of. */
import { Collapse, Segmented, Typography } from "antd";
import { useState } from "react";
import { formTexts } from "../language/form-texts.ts";
import { useTexts } from "../language/language.tsx";
import { mappingTexts } from "../language/mapping-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { valueText } from "./source-values.ts";
import type { BillAfter, Row, Trial } from "./trial.ts";

const BILLS_MAX = 20;
const COLUMNS_MAX = 60;

interface StepsViewProps {
  readonly trial: Trial | null;
  readonly steps: readonly { readonly kind: string }[];
}

export function StepsView({ trial, steps }: StepsViewProps) {
  const text = useTexts(mappingTexts);
  const names = useTexts(formTexts).steps;
  const [chosen, setChosen] = useState<number | null>(null);
  const [picked, setPicked] = useState<Picked | null>(null);
  if (trial === null || trial.steps.length < 2 || steps.length === 0) return null;
  const step = trial.steps.find(({ index }) => index === chosen) ?? trial.steps.at(-1);
  const marked = new Set(picked === null || step === undefined ? [] : sourcesOf(step.bills[picked.bill], picked));
  const label = (index: number, kind: string): string => `${index + 1}. ${names[kind]?.[0] ?? kind}`;
  const content = (
    <>
      <Segmented
        value={step?.index ?? 0}
        onChange={(index) => {
          setChosen(index);
          setPicked(null);
        }}
        options={trial.steps.filter(({ index }) => index >= 0).map(({ index, kind }) => ({ value: index, label: label(index, kind) }))}
        style={{ marginBottom: 8 }}
      />
      <div className="map-steps">
        <div style={{ minWidth: 0 }}>
          <Typography.Text strong>{text.before}</Typography.Text>
          <div className="map-rows" tabIndex={0}>
            {trial.records.slice(0, BILLS_MAX).map(({ key, number, rows, dropped }) => (
              <div key={key}>
                <Typography.Text type="secondary">
                  {number ?? key} {dropped === null ? "" : text.dropped(dropped)}
                </Typography.Text>
                <RowTable rows={rows} isMarked={(index) => marked.has(`${key} ${index}`)} />
              </div>
            ))}
          </div>
        </div>
        <div style={{ minWidth: 0 }}>
          <Typography.Text strong>{text.after}</Typography.Text>
          <div className="map-rows" tabIndex={0}>
            {step?.bills.slice(0, BILLS_MAX).map((bill, index) => (
              <Bill key={`${bill.part} ${String(index)}`} bill={bill} index={index} picked={picked} onPick={setPicked} />
            ))}
          </div>
        </div>
      </div>
      <Typography.Text type="secondary">{text.stepsHint}</Typography.Text>
    </>
  );
  return <Collapse size="small" style={{ marginTop: 12 }} items={[{ key: "steps", label: text.steps, children: content }]} />;
}

interface Picked {
  readonly bill: number;
  /** Null: the bill as a whole. */
  readonly list: string | null;
  readonly line: number;
}

function sourcesOf(bill: BillAfter | undefined, { list, line }: Picked): readonly string[] {
  if (bill === undefined) return [];
  const own = list === null ? undefined : bill.lineSources?.[list]?.[line];
  if (own !== undefined) return own.map(({ source, rowIndex }) => `${bill.sources[source]?.key ?? ""} ${rowIndex}`);
  return bill.sources.flatMap(({ key, rowIndexes }) => rowIndexes.map((index) => `${key} ${index}`));
}

interface BillProps {
  readonly bill: BillAfter;
  readonly index: number;
  readonly picked: Picked | null;
  readonly onPick: (picked: Picked) => void;
}

function Bill({ bill, index, picked, onPick }: BillProps) {
  const text = useTexts(mappingTexts);
  const words = useTexts(wordTexts);
  const lists = Object.entries(bill.row).filter((entry): entry is [string, readonly Row[]] => isLines(entry[1]));
  const head = Object.fromEntries(Object.entries(bill.row).filter(([, value]) => !isLines(value)));
  const isPicked = (list: string | null, line: number): boolean => picked?.bill === index && picked.list === list && picked.line === line;
  return (
    <div>
      <Typography.Text type="secondary">
        {text.bill(index + 1)} {words.list(bill.sources.map(({ number }) => String(number)))} {bill.part}
      </Typography.Text>
      <RowTable rows={[head]} isMarked={() => isPicked(null, 0)} onPick={() => onPick({ bill: index, list: null, line: 0 })} />
      {lists.map(([name, lines]) => (
        <div key={name}>
          <span className="mono">{name}</span>
          <RowTable rows={lines} isMarked={(line) => isPicked(name, line)} onPick={(line) => onPick({ bill: index, list: name, line })} />
        </div>
      ))}
    </div>
  );
}

function isLines(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((each) => each !== null && typeof each === "object");
}

interface RowTableProps {
  readonly rows: readonly Row[];
  readonly isMarked: (index: number) => boolean;
  readonly onPick?: (index: number) => void;
}

function RowTable({ rows, isMarked, onPick }: RowTableProps) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].slice(0, COLUMNS_MAX);
  return (
    <table>
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} className="mono" scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr
            // oxlint-disable-next-line react/no-array-index-key -- rows have no name but their place
            key={index}
            className={isMarked(index) ? (onPick === undefined ? "is-source" : "is-picked") : ""}
            {...(onPick === undefined
              ? {}
              : {
                  tabIndex: 0,
                  style: { cursor: "pointer" },
                  onClick: () => onPick(index),
                  onKeyDown: ({ key }: { readonly key: string }) => {
                    if (key === "Enter") onPick(index);
                  },
                })}
          >
            {columns.map((name) => (
              <td key={name} title={valueText(row[name])}>
                {valueText(row[name])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

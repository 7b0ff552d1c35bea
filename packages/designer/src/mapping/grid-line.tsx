/** One line of the mapping: handle, field, type, value, result, settings. Redrawn only when its own field or result changes. */
import { CaretDownOutlined, CaretRightOutlined, DeleteOutlined, HolderOutlined, SettingOutlined } from "@ant-design/icons";
import { memo, useState, type DragEvent, type KeyboardEvent } from "react";
import { captionOf, helpOf } from "../flow/fields.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { mappingTexts } from "../language/mapping-texts.ts";
import type { Known } from "./completion.ts";
import { isMissing, isRequired, labelOf, valueOf, type GridRow } from "./grid-rows.ts";
import type { Suggestion } from "./suggest.ts";
import { FIELD_DRAG } from "./source-panel.tsx";
import { useFieldResult, type TrialStore } from "./trial.ts";
import { ValueInput } from "./value-input.tsx";

export const ROW_DRAG = "application/x-datong-row";

/** More than the caret of the list above takes. */
const INDENT = 32;

/** What a line may do; the same object for as long as the editor is open. */
export interface GridActions {
  readonly keep: (row: GridRow, value: string) => void;
  readonly type: (row: GridRow, value: string | null) => void;
  /** A source field, behind what is there. */
  readonly put: (row: GridRow, path: string) => void;
  readonly move: (row: GridRow, by: number) => void;
  readonly drop: (from: string, row: GridRow) => void;
  readonly remove: (row: GridRow) => void;
  readonly fold: (key: string) => void;
  readonly settings: (row: GridRow) => void;
  readonly focus: (key: string) => void;
  readonly step: (key: string, by: -1 | 1) => void;
  readonly take: (suggestion: Suggestion) => void;
  readonly known: (row: GridRow) => Known;
}

interface GridLineProps {
  readonly row: GridRow;
  readonly top: number;
  readonly isOpen: boolean;
  readonly isCurrent: boolean;
  readonly isReadOnly: boolean;
  /** What is wrong with it, besides what its result says. */
  readonly problem: string | null;
  readonly suggestion: Suggestion | undefined;
  readonly store: TrialStore;
  readonly actions: GridActions;
}

export const GridLine = memo(function GridLine(props: GridLineProps) {
  const { row, top, isOpen, isCurrent, isReadOnly, problem, store, actions } = props;
  const text = useTexts(mappingTexts);
  const { language } = useLanguage();
  /** What is held over it: another line, to stand above this one, or a source field, wherever on the line. */
  const [over, setOver] = useState<"row" | "field" | null>(null);
  const shown = row.field?.field ?? row.api?.field ?? "";
  const label = labelOf(row, language);
  const help = helpOf(row.api ?? {}, language);
  const isMapped = row.index >= 0;
  const hold = (event: DragEvent): void => {
    const held = heldBy(event);
    if (held === null || (held === "row" ? !isMapped : isReadOnly)) return;
    event.preventDefault();
    setOver(held);
  };
  const drop = (event: DragEvent): void => {
    const held = heldBy(event);
    setOver(null);
    if (held === null || (held === "row" ? !isMapped : isReadOnly)) return;
    event.preventDefault();
    if (held === "row") actions.drop(event.dataTransfer.getData(ROW_DRAG), row);
    else actions.put(row, event.dataTransfer.getData(FIELD_DRAG));
  };
  return (
    <div
      className={`map-line${isCurrent ? " is-current" : ""}${over === "row" ? " drop-above" : over === "field" ? " drop-in" : ""}${isMapped ? "" : " is-free"}`}
      style={{ top }}
      data-row={row.key}
      onDragOver={hold}
      onDragLeave={() => setOver(null)}
      onDrop={drop}
    >
      {isMapped && !isReadOnly ? <Handle row={row} actions={actions} label={text.move(shown)} /> : <span />}
      <div className="map-name" style={{ paddingInlineStart: row.depth * INDENT }}>
        {row.isParent && isMapped ? (
          <button
            type="button"
            className="map-icon"
            aria-label={text.open(shown)}
            aria-expanded={isOpen}
            onClick={() => actions.fold(row.key)}
          >
            {isOpen ? <CaretDownOutlined /> : <CaretRightOutlined />}
          </button>
        ) : null}
        <div className="map-name-texts" title={`${label} ${row.name}${help === "" ? "" : `\n${help}`}`}>
          <div className="map-cut">
            {label === "" ? shown : label}
            {isRequired(row) ? (
              <span className="map-star" title={text.required}>
                {" *"}
              </span>
            ) : null}
          </div>
          <div className="mono map-cut map-quiet">{shown}</div>
        </div>
      </div>
      <span className="mono map-quiet map-cut">{row.field?.type ?? row.api?.type ?? "string"}</span>
      <Value {...props} shown={shown} />
      <Result row={row} problem={problem} suggestion={props.suggestion} store={store} actions={actions} isReadOnly={isReadOnly} />
      {isMapped && !isReadOnly ? (
        <span>
          <button
            type="button"
            className="map-icon"
            aria-label={text.settings(shown)}
            title={text.settings(shown)}
            onClick={() => actions.settings(row)}
          >
            <SettingOutlined />
          </button>
          <button
            type="button"
            className="map-icon"
            aria-label={text.remove(shown)}
            title={text.remove(shown)}
            onClick={() => actions.remove(row)}
          >
            <DeleteOutlined />
          </button>
        </span>
      ) : (
        <span />
      )}
    </div>
  );
});

function heldBy({ dataTransfer: { types } }: DragEvent): "row" | "field" | null {
  if (types.includes(ROW_DRAG)) return "row";
  return types.includes(FIELD_DRAG) ? "field" : null;
}

function Value({ row, isReadOnly, problem, store, actions, shown }: GridLineProps & { readonly shown: string }) {
  const result = useFieldResult(store, row.name);
  const preset = row.field === undefined ? "" : (row.field.default ?? "");
  return (
    <ValueInput
      name={row.key}
      label={shown}
      kept={valueOf(row)}
      isReadOnly={isReadOnly}
      isWrong={problem !== null || (result?.problem ?? null) !== null}
      placeholder={preset}
      known={() => actions.known(row)}
      onType={(value) => actions.type(row, value)}
      onKeep={(value) => actions.keep(row, value)}
      onFocus={() => actions.focus(row.key)}
      onStep={(by) => actions.step(row.key, by)}
      onMove={(by) => actions.move(row, by)}
      onSettings={() => actions.settings(row)}
    />
  );
}

function Handle({ row, actions, label }: { readonly row: GridRow; readonly actions: GridActions; readonly label: string }) {
  const press = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    actions.move(row, event.key === "ArrowUp" ? -1 : 1);
  };
  return (
    <button
      type="button"
      className="map-icon map-handle"
      aria-label={label}
      title={label}
      draggable
      onKeyDown={press}
      onDragStart={(event) => {
        event.dataTransfer.setData(ROW_DRAG, row.key);
        event.dataTransfer.effectAllowed = "move";
      }}
    >
      <HolderOutlined />
    </button>
  );
}

type ResultProps = Pick<GridLineProps, "row" | "problem" | "suggestion" | "store" | "actions" | "isReadOnly">;

function Result({ row, problem, suggestion, store, actions, isReadOnly }: ResultProps) {
  const text = useTexts(mappingTexts);
  const { language, pick } = useLanguage();
  const result = useFieldResult(store, row.name);
  const wrong = problem ?? (result === undefined || result.problem === null ? null : pick(result.problem));
  if (suggestion !== undefined && !isReadOnly && valueOf(row) === "")
    return (
      <button
        type="button"
        className="map-suggestion"
        title={`${text.why[suggestion.why]} ${text.sure(suggestion.sure)}`}
        onClick={() => actions.take(suggestion)}
      >
        {text.take} {captionOf(suggestion, language)}
        <span className="mono">{suggestion.value}</span>
      </button>
    );
  if (wrong !== null)
    return (
      <span className="map-wrong map-clamp" title={wrong}>
        {wrong}
      </span>
    );
  if (isMissing(row) && (result?.text ?? "") === "") return <span className="map-wrong">{text.required}</span>;
  const entries = Object.keys(row.field?.map ?? {}).length;
  return (
    <span className="map-result map-clamp mono" title={result?.text}>
      {result?.text ?? ""}
      {entries > 0 && (result?.text ?? "") === "" ? text.mapEntries(entries) : null}
    </span>
  );
}

/**
 * The mapping: source fields with the values of a real sample left, the target's fields with types and required marks right; dragged, typed with
 * completion or taken from suggestions, with the result of every field as one types. Order counts (Kingdee fills in the order that is sent).
 */
import { Button, Card, Empty, Flex, Input, Segmented, Select, Typography } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import type { Edit } from "../flow/draft.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { mappingTexts } from "../language/mapping-texts.ts";
import { absentRequired, addEdits, takeEdits } from "./edits.ts";
import { FieldDrawer } from "./field-drawer.tsx";
import { Grid } from "./grid.tsx";
import { labelOf, valueOf, type GridRow, type View } from "./grid-rows.ts";
import "./map.css";
import { ProblemLine } from "./problem-line.tsx";
import { SampleBar } from "./sample-bar.tsx";
import { SourcePanel } from "./source-panel.tsx";
import { StepsView } from "./steps-view.tsx";
import { SuggestionList } from "./suggestion-list.tsx";
import { TracePanel } from "./trace-panel.tsx";
import { useTrialOf } from "./trial.ts";
import { useJump } from "./use-jump.ts";
import { useMapping, type Mapping, type MappingEditorProps } from "./use-mapping.ts";
import { usePlace } from "../shell/place.tsx";

const TryValue = lazy(async () => ({ default: (await import("./try-value.tsx")).TryValue }));

const HEIGHT = 480;

export function MappingEditor(props: MappingEditorProps) {
  const { flow, edit, isReadOnly } = props;
  const text = useTexts(mappingTexts);
  const mapping = useMapping(props);
  const { rows, source, sample, store, lists, trial } = mapping;
  const [isSuggesting, setSuggesting] = useState(false);
  useJump(rows, mapping.goTo);
  const absent = absentRequired(rows);
  return (
    <Card
      size="small"
      title={text.title}
      style={{ marginBottom: 12 }}
      extra={
        <Typography.Text type="secondary">{text.mappedOf(rows.filter(({ index }) => index >= 0).length, rows.length)}</Typography.Text>
      }
    >
      {isReadOnly ? null : (
        <SampleBar
          source={flow.source}
          sample={sample}
          fetchSample={mapping.fetchSample}
          edit={edit}
          columns={flow.source?.columns ?? {}}
          store={store}
          target={flow.target}
        />
      )}
      <ProblemLine
        problems={mapping.problems}
        absent={absent.length}
        isReadOnly={isReadOnly}
        onJump={mapping.goTo}
        onAdd={() => edit({ kind: "many", edits: addEdits(absent, lists) })}
      />
      <div className="map-columns">
        <SourcePanel fields={source} height={HEIGHT - 30} onUse={mapping.use} />
        <div style={{ minWidth: 0 }}>
          <Toolbar mapping={mapping} edit={edit} isReadOnly={isReadOnly} onSuggest={() => setSuggesting(true)} />
          <Lines mapping={mapping} isReadOnly={isReadOnly} />
          <Typography.Text type="secondary">{text.hint}</Typography.Text>
        </div>
      </div>
      <StepsView trial={trial} steps={flow.restructure ?? []} />
      {isSuggesting ? (
        <SuggestionList
          suggestions={mapping.suggested}
          labels={new Map(rows.map((each) => [each.key, labelOf(each, mapping.language)]))}
          onTake={(taken) => {
            edit({ kind: "many", edits: takeEdits(taken, rows, lists) });
            setSuggesting(false);
          }}
          onClose={() => setSuggesting(false)}
        />
      ) : null}
      <FieldDrawer row={rows.find(({ key }) => key === mapping.settings)} edit={edit} onClose={() => mapping.setSettings(null)} />
    </Card>
  );
}

interface PartProps {
  readonly mapping: Mapping;
  readonly isReadOnly: boolean;
}

function Lines({ mapping, isReadOnly }: PartProps) {
  const text = useTexts(mappingTexts);
  const { rows, shown, current, wrong, suggested, store, sample } = mapping;
  const suggestions = useMemo(() => new Map(suggested.map((each) => [each.key, each])), [suggested]);
  return (
    <>
      {shown.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={rows.length === 0 ? text.emptyApi : text.empty} />
      ) : (
        <Grid
          rows={shown}
          closed={mapping.closed}
          current={current}
          problems={wrong}
          suggestions={suggestions}
          store={store}
          actions={mapping.actions}
          isReadOnly={isReadOnly}
          height={HEIGHT}
          handle={mapping.grid}
        />
      )}
      <TracePanel
        row={rows.find(({ key }) => key === current)}
        store={store}
        hasSample={sample !== null}
        problem={current === null ? null : (wrong.get(current) ?? null)}
      />
    </>
  );
}

function Toolbar({
  mapping,
  edit,
  isReadOnly,
  onSuggest,
}: PartProps & { readonly edit: (edit: Edit) => void; readonly onSuggest: () => void }) {
  const text = useTexts(mappingTexts);
  const { suggested } = mapping;
  return (
    <Flex gap={8} wrap align="center" style={{ marginBottom: 8 }}>
      <Segmented<View>
        value={mapping.view}
        onChange={mapping.setView}
        options={(["all", "mapped", "required", "wrong"] as const).map((value) => ({ value, label: text.views[value] }))}
      />
      <Input
        allowClear
        aria-label={text.find}
        placeholder={text.find}
        value={mapping.typed}
        onChange={({ target }) => mapping.setTyped(target.value)}
        style={{ width: 180 }}
      />
      {isReadOnly ? null : (
        <>
          <Button disabled={suggested.length === 0} onClick={onSuggest}>
            {suggested.length === 0 ? text.suggest : text.suggestions(suggested.length)}
          </Button>
          <AddField rows={mapping.rows} edit={edit} lists={mapping.lists} onAdded={mapping.goTo} />
          <TryButton mapping={mapping} />
        </>
      )}
    </Flex>
  );
}

/** Any value over the row that the mapping reads; it begins with the value of the field that is looked at. */
function TryButton({ mapping: { store, sample, rows, current } }: { readonly mapping: Mapping }) {
  const text = useTexts(mappingTexts);
  const { may } = usePlace();
  const trial = useTrialOf(store);
  const [isOpen, setOpen] = useState(false);
  if (!may("evaluate")) return null;
  const row = trial?.steps.at(-1)?.bills[0]?.row ?? sample?.records[0]?.rows[0] ?? {};
  const looked = rows.find(({ key }) => key === current);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{text.tryValue}</Button>
      {isOpen ? (
        <Suspense fallback={null}>
          <TryValue row={row} value={looked === undefined ? "" : valueOf(looked)} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

interface AddFieldProps {
  readonly rows: readonly GridRow[];
  readonly lists: readonly string[];
  readonly edit: (edit: Edit) => void;
  readonly onAdded: (key: string) => void;
}

/** A field of the API by name, or one of the user's own that the API does not declare. */
function AddField({ rows, lists, edit, onAdded }: AddFieldProps) {
  const text = useTexts(mappingTexts);
  const { language } = useLanguage();
  const [typed, setTyped] = useState("");
  const free = rows.filter((row) => row.index < 0);
  const isOwn = typed.trim() !== "" && !rows.some(({ name }) => name === typed.trim());
  const options = [
    ...free.map((row) => ({ value: row.key, label: `${labelOf(row, language)} ${row.name}` })),
    ...(isOwn ? [{ value: `+${typed.trim()}`, label: `${text.add} ${typed.trim()}` }] : []),
  ];
  const add = (value: string): void => {
    const name = value.slice(1);
    if (value.startsWith("+")) edit({ kind: "add", path: ["mapping"], values: [{ field: name, label: name, value: "" }] });
    else
      edit({
        kind: "many",
        edits: addEdits(
          free.filter(({ key }) => key === value),
          lists,
        ),
      });
    setTyped("");
    onAdded(value.startsWith("+") ? name : value);
  };
  return (
    <Select
      aria-label={text.addField}
      placeholder={text.addField}
      style={{ width: 170 }}
      popupMatchSelectWidth={320}
      showSearch={{ optionFilterProp: "label", searchValue: typed, onSearch: setTyped }}
      value={null}
      options={options}
      onChange={add}
    />
  );
}

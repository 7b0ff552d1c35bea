/** How bills are written: batch, order, new versions, what a failing value does, and what the source is told afterwards. */
import { Button, Card, Collapse, Flex, Form, Typography } from "antd";
import { memo, useMemo, useRef, useState } from "react";
import type { Api } from "../api/answers.ts";
import { useConnections, useConnector } from "../api/hooks.ts";
import type { Edit, LooseFlow } from "../flow/draft.ts";
import { fieldOptions, flatFields, sourceFields } from "../flow/fields.ts";
import { formTexts } from "../language/form-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { FieldDrawer } from "../mapping/field-drawer.tsx";
import { Grid, type GridHandle } from "../mapping/grid.tsx";
import { gridRows } from "../mapping/grid-rows.ts";
import { useFlowNames, useLanguageWords } from "../mapping/known.ts";
import { sampledFields } from "../mapping/source-values.ts";
import { TrialStore } from "../mapping/trial.ts";
import { actionsOver } from "../mapping/use-mapping.ts";
import { usePinyin } from "../parts/pinyin.ts";
import { connectionOptions } from "../parts/connection-options.ts";
import { usePlace } from "../shell/place.tsx";
import { ChoiceItem, Items, ListItem, NumberItem, optionsOf, SwitchItem, TextItem } from "./items.tsx";
import { isSameForm } from "./same-form.ts";

export const WritingSection = memo(WritingSectionForm, isSameForm);

interface WritingSectionProps {
  readonly flow: LooseFlow;
  readonly from: Api | undefined;
  readonly to: Api | undefined;
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

function WritingSectionForm(props: WritingSectionProps) {
  const { flow, to, edit, isReadOnly } = props;
  const text = useTexts(formTexts);
  const { target, lookups } = flow;
  const { language } = useLanguage();
  const fields = fieldOptions(flatFields(sourceFields(props.from, flow)), language).map(({ value, label }) => ({
    value: `{{${value}}}`,
    label,
  }));
  const policies = (
    <Items>
      <NumberItem
        at={["target", "batch"]}
        label={text.batch}
        value={target?.batch}
        min={1}
        placeholder={String(to?.write?.batchMax ?? "")}
        edit={edit}
      />
      <NumberItem at={["target", "concurrency"]} label={text.concurrency} value={target?.concurrency} min={1} edit={edit} />
      <ChoiceItem at={["target", "changed"]} label={text.changed} value={target?.changed} options={optionsOf(text.changeds)} edit={edit} />
      <TextItem
        at={["target", "orderKey"]}
        label={text.orderKey}
        help={text.orderKeyHint}
        value={target?.orderKey}
        options={fields}
        edit={edit}
      />
      {target?.orderKey === undefined ? null : (
        <ChoiceItem
          at={["target", "onFailedHead"]}
          label={text.onFailedHead}
          value={target.onFailedHead}
          options={optionsOf(text.onFailedHeads)}
          edit={edit}
        />
      )}
      <ChoiceItem
        at={["onValueError"]}
        label={text.onValueError}
        value={flow.onValueError}
        options={optionsOf(text.onValueErrors)}
        edit={edit}
      />
      <ChoiceItem
        at={["lookups", "empty"]}
        label={text.lookupEmpty}
        value={lookups?.empty}
        options={optionsOf(text.lookupEmpties)}
        edit={edit}
      />
      <ChoiceItem
        at={["lookups", "ambiguous"]}
        label={text.lookupAmbiguous}
        value={lookups?.ambiguous}
        options={optionsOf(text.lookupAmbiguouses)}
        edit={edit}
      />
      <SwitchItem at={["target", "checkFirst"]} label={text.checkFirst} value={target?.checkFirst === true} edit={edit} />
    </Items>
  );
  return (
    <Card size="small" title={text.writing} style={{ marginBottom: 12 }}>
      <Form layout="vertical" component="div" disabled={isReadOnly}>
        <Collapse
          size="small"
          items={[
            { key: "policies", label: text.more, children: policies },
            { key: "back", label: text.writeBack, children: <WriteBack {...props} /> },
          ]}
        />
      </Form>
    </Card>
  );
}

function WriteBack({ flow, from, edit, isReadOnly }: WritingSectionProps) {
  const text = useTexts(formTexts);
  const { language, pick } = useLanguage();
  const { workspace } = usePlace();
  const connections = useConnections(workspace).data?.items ?? [];
  const { writeBack, source } = flow;
  const connection = writeBack?.connection ?? source?.connection;
  const system = connections.find(({ id }) => id === connection)?.system ?? null;
  const apis = useConnector(workspace, system).data?.apis ?? [];
  if (writeBack === undefined)
    return (
      <Flex gap={12} wrap align="center">
        <Typography.Text type="secondary">{text.writeBackHint}</Typography.Text>
        {isReadOnly ? null : (
          <Button onClick={() => edit({ kind: "set", path: ["writeBack"], value: { api: "", mapping: [] } })}>{text.writeBackAdd}</Button>
        )}
      </Flex>
    );
  const api = apis.find(({ code }) => code === writeBack.api);
  const fields = fieldOptions(flatFields(sourceFields(from, { source } as LooseFlow)), language);
  const at = (key: string) => ["writeBack", key];
  return (
    <>
      <Items>
        <ChoiceItem
          at={at("connection")}
          label={text.writeBackConnection}
          value={writeBack.connection}
          options={connectionOptions(connections)}
          edit={edit}
        />
        <ChoiceItem
          at={at("api")}
          label={text.writeBackApi}
          value={writeBack.api === "" ? undefined : writeBack.api}
          options={apis
            .filter(({ direction }) => direction === "write")
            .map(({ code, name }) => ({ value: code, label: `${pick(name)}  ${code}` }))}
          edit={(made) => edit(made.kind === "set" ? { ...made, value: made.value ?? "" } : made)}
        />
        <ListItem
          at={at("changes")}
          label={text.writeBackChanges}
          help={text.writeBackChangesHint}
          value={writeBack.changes}
          options={fields}
          edit={edit}
        />
        <NumberItem at={at("batch")} label={text.batch} value={writeBack.batch} min={1} edit={edit} />
        <NumberItem
          at={["writeBack", "retries", "count"]}
          whole={at("retries")}
          label={text.retries}
          value={writeBack.retries?.count}
          max={20}
          edit={edit}
        />
      </Items>
      <Typography.Paragraph type="secondary">{text.writeBackSource}</Typography.Paragraph>
      <WriteBackGrid flow={flow} from={from} api={api} edit={edit} isReadOnly={isReadOnly} />
      {isReadOnly ? null : (
        <Button style={{ marginTop: 8 }} onClick={() => edit({ kind: "set", path: ["writeBack"], value: undefined })}>
          {text.writeBackRemove}
        </Button>
      )}
    </>
  );
}

const NONE: ReadonlySet<string> = new Set();
const TOLD = ["number", "id", "key"].map((name) => ({ path: `target.${name}`, label: "", type: "string", sample: null, children: [] }));

function WriteBackGrid({ flow, from, api, edit, isReadOnly }: Omit<WritingSectionProps, "to"> & { readonly api: Api | undefined }) {
  const { workspace } = usePlace();
  const { language } = useLanguage();
  const [closed, setClosed] = useState(NONE);
  const [current, setCurrent] = useState<string | null>(null);
  const [settings, setSettings] = useState<string | null>(null);
  const grid = useRef<GridHandle>(null);
  const [store] = useState(() => new TrialStore());
  const rows = gridRows(flow.writeBack?.mapping ?? [], api?.request ?? [], closed, { list: ["writeBack", "mapping"], front: "", depth: 0 });
  const source = useMemo(
    () => [...TOLD, ...sampledFields(sourceFields(from, { source: flow.source } as LooseFlow), null)],
    [from, flow.source],
  );
  const seen = {
    rows,
    shown: rows,
    lists: [],
    source,
    known: useFlowNames(workspace),
    words: useLanguageWords(),
    inChinese: language === "zh",
    toPinyin: usePinyin(),
    current,
  };
  const now = useRef(seen);
  now.current = seen;
  const actions = useMemo(() => actionsOver(() => now.current, { edit, store, grid, setClosed, setSettings, setCurrent }), [edit, store]);
  if (rows.length === 0) return null;
  return (
    <>
      <Grid
        rows={rows}
        closed={closed}
        current={current}
        problems={new Map()}
        suggestions={new Map()}
        store={store}
        actions={actions}
        isReadOnly={isReadOnly}
        height={240}
        handle={grid}
      />
      <FieldDrawer row={rows.find(({ key }) => key === settings)} edit={edit} onClose={() => setSettings(null)} />
    </>
  );
}

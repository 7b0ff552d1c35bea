/** Everything else that a mapped field may say: type, default, parser, value map, table, lookups. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Drawer, Flex, Form, Input, Select, Switch } from "antd";
import { captionOf } from "../flow/fields.ts";
import type { MappingField } from "../api/answers.ts";
import { useAnswer } from "../api/hooks.ts";
import type { Edit } from "../flow/draft.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { mappingTexts } from "../language/mapping-texts.ts";
import { usePlace } from "../shell/place.tsx";
import { FIELD_TYPES } from "./field-types.ts";
import { labelOf, type GridRow } from "./grid-rows.ts";
import { useLanguageWords } from "./known.ts";

interface FieldDrawerProps {
  readonly row: GridRow | undefined;
  readonly edit: (edit: Edit) => void;
  readonly onClose: () => void;
}

export function FieldDrawer({ row, edit, onClose }: FieldDrawerProps) {
  const text = useTexts(mappingTexts);
  const { language } = useLanguage();
  const name = row?.field?.field ?? "";
  return (
    <Drawer
      open={row?.field !== undefined}
      size={440}
      title={text.settings(row === undefined ? "" : `${labelOf(row, language)} ${name}`.trim())}
      onClose={onClose}
    >
      {row?.field === undefined ? null : <FieldForm key={row.key} row={row} field={row.field} edit={edit} />}
    </Drawer>
  );
}

interface FieldFormProps {
  readonly row: GridRow;
  readonly field: MappingField;
  readonly edit: (edit: Edit) => void;
}

function FieldForm({ row, field, edit }: FieldFormProps) {
  const text = useTexts(mappingTexts);
  const words = text.drawer;
  const { language } = useLanguage();
  const set = (key: string | readonly string[], value: unknown): void =>
    edit({ kind: "set", path: [...row.list, row.index, ...(typeof key === "string" ? [key] : key)], value });
  const choice = (key: keyof MappingField & string, label: string, options: Readonly<Record<string, string>>) => (
    <Form.Item label={label} htmlFor={`field-${key}`}>
      <Select
        id={`field-${key}`}
        allowClear
        placeholder={words.preset}
        value={(field[key] as string | undefined) ?? null}
        options={Object.entries(options).map(([value, shown]) => ({ value, label: shown }))}
        onChange={(value: string | null) => set(key, value ?? undefined)}
      />
    </Form.Item>
  );
  return (
    <Form layout="vertical" component="div">
      <Form.Item label={words.label} htmlFor="field-label">
        <Input
          id="field-label"
          value={field.label ?? ""}
          placeholder={captionOf(row.api ?? {}, language)}
          onChange={({ target }) => set("label", target.value === "" ? undefined : target.value)}
        />
      </Form.Item>
      {choice("type", words.type, Object.fromEntries(FIELD_TYPES.map((type) => [type, type])))}
      <Form.Item label={words.required} htmlFor="field-required">
        <Switch
          id="field-required"
          checked={(field.required ?? row.api?.required) === true}
          onChange={(isOn) => set("required", isOn === (row.api?.required === true) ? undefined : isOn)}
        />
      </Form.Item>
      <Form.Item label={words.default} htmlFor="field-default">
        <Input
          id="field-default"
          className="mono"
          value={field.default ?? ""}
          onChange={({ target }) => set("default", target.value === "" ? undefined : target.value)}
        />
      </Form.Item>
      <Form.Item label={words.keepNull} htmlFor="field-null">
        <Switch id="field-null" checked={field.keepNull === true} onChange={(isOn) => set("keepNull", isOn ? true : undefined)} />
      </Form.Item>
      <ParserItem field={field} preset={row.api?.parser?.name} set={set} />
      {row.isParent ? null : <MapItems field={field} set={set} />}
      {row.isParent ? null : <TableItems field={field} set={set} />}
      <LookupItems field={field} set={set} />
    </Form>
  );
}

function LookupItems({ field, set }: { readonly field: MappingField; readonly set: Set }) {
  const { drawer: words } = useTexts(mappingTexts);
  return (
    <>
      <Form.Item label={words.lookupEmpty} htmlFor="field-empty">
        <Select
          id="field-empty"
          allowClear
          placeholder={words.preset}
          value={field.lookup?.empty ?? null}
          options={Object.entries(words.lookupEmpties).map(([value, label]) => ({ value, label }))}
          onChange={(value) => set(["lookup", "empty"], value ?? undefined)}
        />
      </Form.Item>
      <Form.Item label={words.lookupAmbiguous} htmlFor="field-ambiguous">
        <Select
          id="field-ambiguous"
          allowClear
          placeholder={words.preset}
          value={field.lookup?.ambiguous ?? null}
          options={Object.entries(words.lookupAmbiguouses).map(([value, label]) => ({ value, label }))}
          onChange={(value) => set(["lookup", "ambiguous"], value ?? undefined)}
        />
      </Form.Item>
    </>
  );
}

type Set = (key: string | readonly string[], value: unknown) => void;

function ParserItem({ field, preset, set }: { readonly field: MappingField; readonly preset: string | undefined; readonly set: Set }) {
  const { drawer: words } = useTexts(mappingTexts);
  const { pick } = useLanguage();
  const parsers = useLanguageWords()?.parsers ?? [];
  const { parser } = field;
  const name = typeof parser === "string" ? parser : parser?.name;
  return (
    <>
      <Form.Item label={words.parser} htmlFor="field-parser">
        <Select
          id="field-parser"
          allowClear
          showSearch
          placeholder={preset ?? words.preset}
          value={name ?? null}
          options={parsers.map((each) => ({ value: each.name, label: `${each.name}  ${pick(each)}` }))}
          onChange={(value: string | null) => set("parser", value === null || value === undefined ? undefined : { name: value })}
        />
      </Form.Item>
      {parser === undefined || typeof parser === "string" ? null : (
        <Form.Item label={words.parserParams} htmlFor="field-params">
          <Input
            id="field-params"
            className="mono"
            value={parser.params ?? ""}
            onChange={({ target }) => set(["parser", "params"], target.value === "" ? undefined : target.value)}
          />
        </Form.Item>
      )}
    </>
  );
}

function MapItems({ field, set }: { readonly field: MappingField; readonly set: Set }) {
  const text = useTexts(mappingTexts);
  const words = text.drawer;
  const entries = Object.entries(field.map ?? {});
  const write = (next: readonly (readonly [string, string])[]): void =>
    set("map", next.length === 0 ? undefined : Object.fromEntries(next));
  return (
    <>
      <Form.Item label={words.map}>
        <Flex vertical gap={4}>
          {entries.map(([from, to], index) => (
            // oxlint-disable-next-line react/no-array-index-key -- the key is what is being typed
            <Flex key={index} gap={4}>
              <Input
                className="mono"
                aria-label={`${words.mapFrom} ${index + 1}`}
                placeholder={words.mapFrom}
                value={from}
                onChange={({ target }) => write(entries.map((each, at) => (at === index ? [target.value, to] : each)))}
              />
              <Input
                className="mono"
                aria-label={`${words.mapTo} ${index + 1}`}
                placeholder={words.mapTo}
                value={to}
                onChange={({ target }) => write(entries.map((each, at) => (at === index ? [from, target.value] : each)))}
              />
              <Button
                icon={<DeleteOutlined />}
                aria-label={text.remove(from)}
                onClick={() => write(entries.filter((_, at) => at !== index))}
              />
            </Flex>
          ))}
          <Button icon={<PlusOutlined />} disabled={field.map?.[""] !== undefined} onClick={() => write([...entries, ["", ""]])}>
            {words.mapAdd}
          </Button>
        </Flex>
      </Form.Item>
      {field.map === undefined && field.table === undefined ? null : (
        <>
          <Form.Item label={words.mapMissing} htmlFor="field-missing">
            <Select
              id="field-missing"
              allowClear
              value={field.mapMissing ?? null}
              options={Object.entries(words.mapMissings).map(([value, label]) => ({ value, label }))}
              onChange={(value: string | null) => set("mapMissing", value ?? undefined)}
            />
          </Form.Item>
          <Form.Item label={words.mapDefault} htmlFor="field-map-default">
            <Input
              id="field-map-default"
              value={field.mapDefault ?? ""}
              onChange={({ target }) => set("mapDefault", target.value === "" ? undefined : target.value)}
            />
          </Form.Item>
        </>
      )}
    </>
  );
}

interface TableRow {
  readonly id: string;
  readonly columns: readonly string[];
  readonly rows: number;
}

function TableItems({ field, set }: { readonly field: MappingField; readonly set: Set }) {
  const { drawer: words } = useTexts(mappingTexts);
  const { workspace } = usePlace();
  const tables = useAnswer<{ readonly items: readonly TableRow[] }>(workspace, "tables").data?.items ?? [];
  const columns = tables.find(({ id }) => id === field.table)?.columns ?? [];
  return (
    <>
      <Form.Item label={words.table} htmlFor="field-table">
        <Select
          id="field-table"
          allowClear
          value={field.table ?? null}
          options={tables.map(({ id, rows }) => ({ value: id, label: `${id} (${rows})` }))}
          onChange={(value: string | null) => set("table", value ?? undefined)}
        />
      </Form.Item>
      {field.table === undefined ? null : (
        <>
          <Form.Item label={words.direction} htmlFor="field-direction">
            <Select
              id="field-direction"
              value={field.direction ?? "forward"}
              options={Object.entries(words.directions).map(([value, label]) => ({ value, label }))}
              onChange={(value: string) => set("direction", value === "forward" ? undefined : value)}
            />
          </Form.Item>
          {columns.length < 3 ? null : (
            <Form.Item label={words.tableColumns} htmlFor="field-columns">
              <Select
                id="field-columns"
                mode="multiple"
                maxCount={2}
                value={[...(field.tableColumns ?? [])]}
                options={columns.map((value) => ({ value, label: value }))}
                onChange={(value: string[]) => set("tableColumns", value.length === 2 ? value : undefined)}
              />
            </Form.Item>
          )}
        </>
      )}
    </>
  );
}

/** The target's fields with their values. Order counts (Kingdee fills fields in the order they are sent), so fields are moved up and down. */
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Empty, Space, Table, Tag, Typography, type TableColumnsType } from "antd";
import { memo, useEffect, useMemo, useState, type DragEvent } from "react";
import { flowTexts } from "../language/flow-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import type { Edit } from "./draft.ts";
import { flatFields, type MappingRow, type SourceField } from "./fields.ts";
import { FIELD_DRAG } from "./source-tree.tsx";

interface MappingTableProps {
  readonly rows: readonly MappingRow[];
  readonly source: readonly SourceField[];
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

export function MappingTable({ rows, source, edit, isReadOnly }: MappingTableProps) {
  const text = useTexts(flowTexts);
  const { language } = useLanguage();
  const names = useMemo(() => flatFields(source).map(({ path, label }) => ({ path, label })), [source]);
  // Open unless closed by hand, so that lines which are added show at once.
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const columns: TableColumnsType<MappingRow> = [
    {
      title: text.field,
      width: 260,
      render: (_, { field, api }) => (
        <span>
          {field.label ?? (language === "zh" ? api?.label : (api?.labelEn ?? api?.label)) ?? ""}{" "}
          {(field.required ?? api?.required) === true ? (
            <Typography.Text type="danger" aria-label={text.requiredMark} title={text.requiredMark}>
              *
            </Typography.Text>
          ) : null}
          <div className="mono">{field.field}</div>
        </span>
      ),
    },
    { title: text.type, width: 80, render: (_, { field, api }) => <span className="mono">{field.type ?? api?.type ?? "string"}</span> },
    {
      title: text.value,
      render: (_, row) => (
        <Space.Compact style={{ width: "100%" }}>
          <ValueInput row={row} names={names} edit={edit} isReadOnly={isReadOnly} />
          {row.field.map === undefined ? null : (
            <Tag style={{ alignSelf: "center", marginInlineStart: 8 }}>{text.valueMap(Object.keys(row.field.map).length)}</Tag>
          )}
        </Space.Compact>
      ),
    },
    ...(isReadOnly ? [] : [{ title: "", width: 104, render: (_: unknown, row: MappingRow) => <RowActions row={row} edit={edit} /> }]),
  ];
  return (
    <Table
      size="small"
      rowKey="key"
      columns={columns}
      dataSource={[...rows] as MappingRow[]}
      expandable={{
        expandedRowKeys: openKeys(rows).filter((key) => !closed.has(key)),
        onExpand: (isOpen, { key }) => setClosed((now) => new Set(isOpen ? [...now].filter((each) => each !== key) : [...now, key])),
      }}
      pagination={false}
      virtual
      scroll={{ x: 700, y: 520 }}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.emptyMapping} /> }}
    />
  );
}

function openKeys(rows: readonly MappingRow[]): readonly string[] {
  return rows.flatMap(({ key, children }) => (children === undefined ? [] : [key, ...openKeys(children)]));
}

function RowActions({ row, edit }: { readonly row: MappingRow; readonly edit: (edit: Edit) => void }) {
  const text = useTexts(flowTexts);
  const { path, index, siblings, field } = row;
  const list = path.slice(0, -1);
  const move = (to: number): void => edit({ kind: "move", path: list, from: index, to });
  return (
    <Space size={0}>
      <Button
        type="text"
        size="small"
        icon={<ArrowUpOutlined />}
        aria-label={`${text.up} ${field.field}`}
        disabled={index === 0}
        onClick={() => move(index - 1)}
      />
      <Button
        type="text"
        size="small"
        icon={<ArrowDownOutlined />}
        aria-label={`${text.down} ${field.field}`}
        disabled={index === siblings - 1}
        onClick={() => move(index + 1)}
      />
      <Button
        type="text"
        size="small"
        icon={<DeleteOutlined />}
        aria-label={`${text.removeField} ${field.field}`}
        onClick={() => edit({ kind: "remove", path })}
      />
    </Space>
  );
}

interface ValueInputProps {
  readonly row: MappingRow;
  readonly names: readonly { readonly path: string; readonly label: string }[];
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

const SHOWN = 50;

/** Typed text is the field's own until it is left or Enter is pressed, so that a key never waits for the document. */
const ValueInput = memo(function ValueInput({ row, names, edit, isReadOnly }: ValueInputProps) {
  const { field, api, path } = row;
  const kept = field.value === undefined || field.value === null ? "" : String(field.value);
  const [typed, setTyped] = useState(kept);
  const [isOver, setOver] = useState(false);
  useEffect(() => setTyped(kept), [kept]);
  const keep = (value: string): void => {
    setTyped(value);
    if (value !== kept) edit({ kind: "set", path: [...path, "value"], value: value === "" ? null : value });
  };
  const isList = field.children !== undefined;
  const drop = (event: DragEvent): void => {
    const dropped = event.dataTransfer.getData(FIELD_DRAG);
    setOver(false);
    if (dropped === "" || isReadOnly) return;
    event.preventDefault();
    keep(isList ? dropped : typed.trim() === "" ? `{{${dropped}}}` : `${typed}{{${dropped}}}`);
  };
  const options = useMemo(() => completions(typed, names, api?.options ?? [], isList), [typed, names, api, isList]);
  return (
    <div
      className={isOver ? "drop-here" : ""}
      style={{ flex: 1 }}
      onDrop={drop}
      onDragLeave={() => setOver(false)}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(FIELD_DRAG)) return;
        event.preventDefault();
        setOver(true);
      }}
    >
      <AutoComplete
        aria-label={field.field}
        data-target={field.field}
        disabled={isReadOnly}
        style={{ width: "100%" }}
        className="mono"
        value={typed}
        options={options}
        popupMatchSelectWidth={false}
        onChange={(value: string) => setTyped(value)}
        onSelect={(value: string) => keep(value)}
        onBlur={() => keep(typed)}
        onInputKeyDown={(event) => {
          if (event.key === "Enter") keep(typed);
        }}
      />
    </div>
  );
});

/** After `{{` the source fields whose path or label fit; in an empty value what the API allows. */
function completions(
  typed: string,
  names: ValueInputProps["names"],
  allowed: readonly string[],
  isList: boolean,
): { readonly value: string; readonly label: string }[] {
  const open = typed.lastIndexOf("{{");
  const isOpen = open >= 0 && !typed.slice(open).includes("}}");
  if (!isOpen && !isList) return allowed.filter((value) => value !== typed).map((value) => ({ value, label: value }));
  const wanted = (isOpen ? typed.slice(open + 2) : typed).trim().toLowerCase();
  return names
    .filter(({ path, label }) => `${path} ${label}`.toLowerCase().includes(wanted))
    .slice(0, SHOWN)
    .map(({ path, label }) => ({ value: isOpen ? `${typed.slice(0, open)}{{${path}}}` : path, label: `${path}  ${label}` }));
}

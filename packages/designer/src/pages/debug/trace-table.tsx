/** Where each target field's value comes from: what was written in the mapping, what was read, and what came of it. */
import { Space, Table, Tag, type TableColumnsType } from "antd";
import { ExactNumber } from "../../api/ask.ts";
import { debugTexts } from "../../language/debug-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { prettyJson } from "../../parts/json-text.tsx";

export interface TraceLine {
  readonly path: string;
  readonly expression: string;
  readonly references: readonly { readonly path: string; readonly value?: unknown }[];
  readonly result?: unknown;
  readonly note?: string | null | undefined;
}

export function TraceTable({ trace }: { readonly trace: readonly TraceLine[] }) {
  const text = useTexts(debugTexts);
  const { told } = useLanguage();
  const columns: TableColumnsType<TraceLine> = [
    { title: text.field, width: "22%", render: (_, { path }) => <span className="mono">{path}</span> },
    { title: text.expression, width: "24%", render: (_, { expression }) => <span className="mono">{expression}</span> },
    {
      title: text.inputs,
      render: (_, { references }) => (
        <Space size={[8, 2]} wrap>
          {references.map(({ path, value }) => (
            <span key={path} className="mono">
              {path} = {shortly(value)}
            </span>
          ))}
        </Space>
      ),
    },
    {
      title: text.result,
      width: "24%",
      render: (_, { result, note }) => (
        <>
          {result === null || result === undefined ? <Tag>{text.empty}</Tag> : <strong className="mono">{shortly(result)}</strong>}{" "}
          {told(note ?? "")}
        </>
      ),
    },
  ];
  return (
    <Table
      size="small"
      rowKey="path"
      columns={columns}
      dataSource={[...trace]}
      pagination={{ pageSize: 50, hideOnSinglePage: true }}
      tableLayout="fixed"
      style={{ marginBottom: 8 }}
    />
  );
}

const SHOWN = 160;

function shortly(value: unknown): string {
  const shown =
    value instanceof ExactNumber ? value.text : typeof value === "string" ? value : prettyJson(value).replaceAll(/\s*\n\s*/g, " ");
  return shown.length > SHOWN ? `${shown.slice(0, SHOWN)}…` : shown;
}

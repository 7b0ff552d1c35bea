/** What differs between two JSON texts, place by place, with numbers as they were written. */
import { Table, Typography } from "antd";
import { ExactNumber, parseExactly } from "../api/ask.ts";
import { compareTexts } from "../language/compare-texts.ts";
import { useTexts } from "../language/language.tsx";
import { Change } from "./change.tsx";
import { prettyJson } from "./json-text.tsx";

export interface JsonChange {
  readonly path: string;
  /** JSON texts; null where there is nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Throws SyntaxError for what is no JSON. */
export function jsonChanges(before: string, after: string): readonly JsonChange[] {
  const [was, is] = [new Map<string, string>(), new Map<string, string>()];
  noteLeaves(parseExactly(before), "", was);
  noteLeaves(parseExactly(after), "", is);
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((path) => ({ path, before: was.get(path) ?? null, after: is.get(path) ?? null }))
    .filter((each) => each.before !== each.after);
}

function noteLeaves(value: unknown, path: string, leaves: Map<string, string>): void {
  const members =
    value === null || typeof value !== "object" || value instanceof ExactNumber
      ? []
      : Object.entries(value).map(([key, each]) => [Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`, each]);
  if (members.length === 0) leaves.set(path, prettyJson(value));
  for (const [at, each] of members) noteLeaves(each, String(at), leaves);
}

export function JsonDiff({ changes }: { readonly changes: readonly JsonChange[] }) {
  const text = useTexts(compareTexts);
  return (
    <Table
      size="small"
      rowKey="path"
      pagination={{ pageSize: 10, hideOnSinglePage: true }}
      dataSource={[...changes]}
      columns={[
        { title: text.field, width: "38%", render: (_, { path }) => <Typography.Text className="mono">{path}</Typography.Text> },
        { title: text.samples, render: (_, { before, after }) => <Change before={before} after={after} /> },
      ]}
    />
  );
}

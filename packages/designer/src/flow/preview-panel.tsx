/** A real bill as the draft would write it: source rows left, mapped fields and the request right. Nothing is written. */
import { Alert, Button, Card, Col, Empty, Flex, Input, Row, Space, Table, Tabs, Tag, Typography } from "antd";
import { useState } from "react";
import { ask, ExactNumber, workspacePath } from "../api/ask.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { MessageText, prettyJson } from "../parts/json-text.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";
import type { Field, MappingField } from "../api/answers.ts";

interface Trace {
  readonly fieldPath: string;
  readonly expression: string;
  readonly result?: unknown;
  readonly note?: string;
}
interface PreviewDocument {
  readonly externalKey: string | null;
  readonly trace: readonly Trace[];
  readonly request: string | null;
  readonly problem: { readonly code: string; readonly text: string } | null;
}
interface PreviewRecord {
  readonly key: string | null;
  readonly number: string | null;
  readonly rows: readonly unknown[];
  readonly dropped: string | null;
  readonly problem: { readonly code: string; readonly text: string } | null;
  readonly documents: readonly PreviewDocument[];
}
interface PreviewAnswer {
  readonly records: readonly PreviewRecord[];
  readonly merged: readonly PreviewDocument[];
  readonly newColumns: readonly { readonly path: string }[];
}

interface PreviewPanelProps {
  readonly flow: string;
  /** Saves what is not saved; the preview is of the saved draft. */
  readonly before: () => Promise<unknown>;
  readonly mapping: readonly MappingField[];
  /** What the target's API declares, for the fields' labels. */
  readonly declared: readonly Field[];
}

export function PreviewPanel({ flow, before, mapping, declared }: PreviewPanelProps) {
  const text = useTexts(flowTexts);
  const { workspace } = usePlace();
  const [number, setNumber] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [answer, setAnswer] = useState<PreviewAnswer | null>(null);
  const preview = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await before();
      const body = number.trim() === "" ? { limit: 1 } : { limit: 1, numbers: [number.trim()] };
      setAnswer(await ask<PreviewAnswer>("POST", workspacePath(workspace, `flows/${flow}/preview`), { body, exact: true }));
    } catch (refused) {
      setAnswer(null);
      setError(refused);
    }
    setBusy(false);
  };
  return (
    <Card
      size="small"
      title={text.preview}
      extra={<Typography.Text type="secondary">{text.previewHint}</Typography.Text>}
      style={{ marginBottom: 12 }}
    >
      <Flex gap={8} wrap style={{ marginBottom: 12 }}>
        <Input
          aria-label={text.previewNumber}
          placeholder={text.previewNumber}
          value={number}
          onChange={({ target }) => setNumber(target.value)}
          onPressEnter={() => void preview()}
          style={{ width: 260 }}
          allowClear
        />
        <Button type="primary" loading={isBusy} onClick={() => void preview()}>
          {text.preview}
        </Button>
      </Flex>
      {error === null ? null : <ProblemAlert error={error} />}
      {answer !== null && answer.records.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.previewNone} />
      ) : null}
      {answer?.records.map((record) => (
        <PreviewedRecord key={record.key} record={record} merged={answer.merged} mapping={mapping} declared={declared} />
      ))}
      {answer !== null && answer.newColumns.length > 0 ? (
        <Typography.Paragraph type="secondary" style={{ marginTop: 8 }}>
          {text.newColumns(answer.newColumns.map(({ path }) => path).join(", "))}
        </Typography.Paragraph>
      ) : null}
    </Card>
  );
}

interface PreviewedRecordProps {
  readonly record: PreviewRecord;
  readonly merged: readonly PreviewDocument[];
  readonly mapping: readonly MappingField[];
  /** What the target's API declares, for the fields' labels. */
  readonly declared: readonly Field[];
}

function PreviewedRecord({ record, merged, mapping, declared }: PreviewedRecordProps) {
  const text = useTexts(flowTexts);
  const { told } = useLanguage();
  const documents = [...record.documents, ...merged];
  return (
    <Row gutter={12}>
      <Col xs={24} lg={10}>
        <MessageText
          text={prettyJson(record.rows)}
          title={`${record.number ?? record.key ?? ""} · ${text.sourceRows(record.rows.length)}`}
        />
      </Col>
      <Col xs={24} lg={14}>
        {record.dropped === null ? null : <Alert type="info" showIcon title={text.dropped(record.dropped)} />}
        {record.problem === null ? null : (
          <Alert type="error" showIcon title={told(record.problem.text)} description={record.problem.code} />
        )}
        {documents.map((document, index) => (
          <PreviewedDocument key={document.externalKey ?? index} document={document} mapping={mapping} declared={declared} />
        ))}
      </Col>
    </Row>
  );
}

interface PreviewedDocumentProps {
  readonly document: PreviewDocument;
  readonly mapping: readonly MappingField[];
  readonly declared: readonly Field[];
}

function PreviewedDocument({ document, mapping, declared }: PreviewedDocumentProps) {
  const text = useTexts(flowTexts);
  const { told } = useLanguage();
  const named = (fields: readonly (MappingField | Field)[]) =>
    fields.flatMap((field) => labelled(field, "")).filter(([, label]) => label !== "");
  const labels = new Map([...named(declared), ...named(mapping)]);
  const shown = document.trace.filter(({ result }) => result !== undefined && result !== null);
  return (
    <Space orientation="vertical" style={{ width: "100%" }}>
      {document.problem === null ? null : (
        <Alert type="error" showIcon title={told(document.problem.text)} description={document.problem.code} />
      )}
      <Tabs
        size="small"
        items={[
          {
            key: "fields",
            label: text.result,
            children: (
              <Table
                size="small"
                rowKey="fieldPath"
                pagination={false}
                tableLayout="fixed"
                dataSource={shown}
                columns={[
                  {
                    title: text.field,
                    render: (_, { fieldPath }) => (
                      <>
                        {labels.get(fieldPath.replace(/\[\d+\]/g, "")) ?? ""} <span className="mono">{fieldPath}</span>
                      </>
                    ),
                  },
                  { title: text.value, render: (_, { result }) => <Result value={result} /> },
                  { title: text.expression, render: (_, { expression }) => <span className="mono">{expression}</span> },
                ]}
              />
            ),
          },
          { key: "request", label: text.request, children: document.request === null ? null : <MessageText text={document.request} /> },
        ]}
      />
    </Space>
  );
}

function labelled(field: MappingField | Field, above: string): readonly (readonly [string, string])[] {
  const path = above === "" ? field.field : `${above}.${field.field}`;
  return [[path, field.label ?? ""], ...(field.children ?? []).flatMap((child) => labelled(child, path))];
}

function Result({ value }: { readonly value: unknown }) {
  if (typeof value === "object" && value !== null && !(value instanceof ExactNumber))
    return <Tag>{Array.isArray(value) ? `[${value.length}]` : "{…}"}</Tag>;
  return <span className="mono">{value instanceof ExactNumber ? value.text : String(value)}</span>;
}

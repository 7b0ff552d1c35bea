/** The parts of a connector that people change most, as a form; all the rest is in the source, which edits the same document. */
import { Card, Flex, Form, Input, InputNumber, Table, Tag, type TableColumnsType } from "antd";
import { useState } from "react";
import { assetTexts } from "../../language/asset-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { wordTexts } from "../../language/word-texts.ts";
import type { ConnectorApi, ConnectorDocument } from "./made.ts";

interface ConnectorFormProps {
  readonly document: ConnectorDocument;
  readonly isNew: boolean;
  readonly isReadOnly: boolean;
  readonly onChange: (next: ConnectorDocument) => void;
}

const LIMITS = ["concurrency", "callsPerSecond", "callsPerMinute", "callsPerDay"] as const;

export function ConnectorForm({ document, isNew, isReadOnly, onChange }: ConnectorFormProps) {
  const text = useTexts(assetTexts);
  const { settings, name, limits } = document;
  const url = settings.find(({ field }) => field === "url");
  const captions = {
    concurrency: text.atOnce,
    callsPerSecond: text.secondLimit,
    callsPerMinute: text.minuteLimit,
    callsPerDay: text.dayLimit,
  };
  const setUrl = (value: string): void => {
    const { default: _former, ...rest } = url ?? { field: "url", label: "接口地址", required: true };
    const next = value === "" ? rest : { ...rest, default: value };
    onChange({ ...document, settings: [next, ...settings.filter(({ field }) => field !== "url")] });
  };
  const setLimit = (key: (typeof LIMITS)[number], value: number | null): void => {
    const { [key]: _former, ...rest } = limits;
    onChange({
      ...document,
      limits: value === null ? { ...rest, ...(key === "concurrency" ? { concurrency: 1 } : {}) } : { ...limits, [key]: value },
    });
  };
  return (
    <Flex vertical gap={16}>
      <Form layout="vertical" disabled={isReadOnly} component="div">
        <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(260px, 1fr))", columnGap: 16 }}>
          <Form.Item label={text.system} extra={isNew ? text.systemHint : undefined}>
            <Input
              aria-label={text.system}
              disabled={!isNew}
              value={document.system}
              onChange={(event) => onChange({ ...document, system: event.target.value })}
            />
          </Form.Item>
          <Form.Item label={text.nameZh}>
            <Input
              aria-label={text.nameZh}
              value={name.zh}
              onChange={(event) => onChange({ ...document, name: { ...name, zh: event.target.value } })}
            />
          </Form.Item>
          <Form.Item label={text.nameEn}>
            <Input
              aria-label={text.nameEn}
              value={name.en}
              onChange={(event) => onChange({ ...document, name: { ...name, en: event.target.value } })}
            />
          </Form.Item>
          <Form.Item label={text.url}>
            <Input aria-label={text.url} value={url?.default ?? ""} onChange={(event) => setUrl(event.target.value)} />
          </Form.Item>
          <Form.Item label={text.zone}>
            <Input aria-label={text.zone} value={document.zone} onChange={(event) => onChange({ ...document, zone: event.target.value })} />
          </Form.Item>
        </div>
        <Form.Item label={text.limits}>
          <Flex gap={12} wrap>
            {LIMITS.map((key) => (
              <InputNumber
                key={key}
                aria-label={captions[key]}
                prefix={captions[key]}
                min={key === "concurrency" ? 1 : 0.01}
                value={limits[key] ?? null}
                style={{ width: 180 }}
                onChange={(value) => setLimit(key, value)}
              />
            ))}
          </Flex>
        </Form.Item>
        <JsonField label={text.auth} value={document.auth} onChange={(auth) => onChange({ ...document, auth })} />
      </Form>
      <Card size="small" title={`${text.apiList} ${document.apis.length}`} styles={{ body: { padding: 0 } }}>
        <ApiTable document={document} isReadOnly={isReadOnly} onChange={onChange} />
      </Card>
    </Flex>
  );
}

/** What is typed stays as it is until it is JSON again. */
function JsonField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const text = useTexts(assetTexts);
  const [typed, setTyped] = useState(() => JSON.stringify(value, null, 2));
  const [isWrong, setWrong] = useState(false);
  const type = (next: string): void => {
    setTyped(next);
    try {
      onChange(JSON.parse(next) as unknown);
      setWrong(false);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      setWrong(true);
    }
  };
  return (
    <Form.Item label={label} validateStatus={isWrong ? "error" : ""} help={isWrong ? text.notJson : undefined}>
      <Input.TextArea
        className="mono"
        aria-label={label}
        autoSize={{ minRows: 2, maxRows: 12 }}
        value={typed}
        onChange={(event) => type(event.target.value)}
      />
    </Form.Item>
  );
}

function ApiTable({ document, isReadOnly, onChange }: Omit<ConnectorFormProps, "isNew">) {
  const text = useTexts(assetTexts);
  const words = useTexts(wordTexts);
  const set = (code: string, change: Partial<ConnectorApi>): void =>
    onChange({ ...document, apis: document.apis.map((api) => (api.code === code ? { ...api, ...change } : api)) });
  const columns: TableColumnsType<ConnectorApi> = [
    { title: text.api, width: 220, render: (_, { code }) => <span className="mono">{code}</span> },
    {
      title: text.name,
      width: 260,
      render: (_, { code, name }) => (
        <Input
          size="small"
          aria-label={`${text.name} ${code}`}
          disabled={isReadOnly}
          value={name.zh}
          onChange={(event) => set(code, { name: { ...name, zh: event.target.value } })}
        />
      ),
    },
    { title: text.direction, width: 90, render: (_, { direction }) => <Tag>{text[direction]}</Tag> },
    { title: text.path, render: (_, { shape }) => <span className="mono">{`${shape.method} ${shape.path}`}</span> },
    { title: text.fields, width: 80, align: "right", render: (_, { request }) => request.length },
  ];
  return (
    <Table
      size="small"
      rowKey="code"
      columns={columns}
      dataSource={[...document.apis]}
      pagination={{ pageSize: 50, hideOnSinglePage: true, showTotal: words.total }}
      scroll={{ x: "max-content" }}
    />
  );
}

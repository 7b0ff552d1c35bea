/** One value tried over one row, without a field to put it in: the server's evaluator says what it is, what it read, or where it is wrong. */
import { Alert, Button, Drawer, Flex, Form, Input, Select, Typography } from "antd";
import { useState } from "react";
import { ask, workspacePath, type ProblemBody } from "../api/ask.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { mappingTexts } from "../language/mapping-texts.ts";
import { prettyJson } from "../parts/json-text.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";
import { FIELD_TYPES } from "./field-types.ts";
import { valueText } from "./source-values.ts";

interface Evaluated {
  readonly value?: unknown;
  readonly trace?: readonly { readonly kind: string; readonly path?: string; readonly value?: unknown }[];
  readonly error?: Omit<ProblemBody, "status">;
}

interface TryValueProps {
  /** What the mapping reads: a bill of the sample, or an empty one. */
  readonly row: unknown;
  readonly value: string;
  readonly onClose: () => void;
}

export function TryValue({ row, value: given, onClose }: TryValueProps) {
  const text = useTexts(mappingTexts);
  const { workspace } = usePlace();
  const [value, setValue] = useState(given);
  const [record, setRecord] = useState(() => prettyJson(row));
  const [type, setType] = useState("");
  const [answer, setAnswer] = useState<Evaluated | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const isJson = canParse(record);
  const evaluate = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    setAnswer(null);
    try {
      // The row goes as it is written, so that every digit stays.
      const cast = type === "" ? "" : `,"type":${JSON.stringify(type)}`;
      const bodyText = `{"value":${JSON.stringify(value)},"record":${record}${cast}}`;
      setAnswer(await ask<Evaluated>("POST", workspacePath(workspace, "eval"), { bodyText, exact: true }));
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  const withKey = (event: { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean }): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && isJson) void evaluate();
  };
  return (
    <Drawer open size={560} title={text.tryValue} onClose={onClose}>
      <Typography.Paragraph type="secondary">{text.tryAbout}</Typography.Paragraph>
      <Form layout="vertical">
        <Form.Item label={text.value}>
          <Input.TextArea
            aria-label={text.value}
            className="mono"
            autoFocus
            autoSize={{ minRows: 2, maxRows: 6 }}
            spellCheck={false}
            placeholder="{{…}}"
            value={value}
            onChange={({ target }) => setValue(target.value)}
            onKeyDown={withKey}
          />
        </Form.Item>
        <Flex gap={8} wrap style={{ marginBottom: 12 }}>
          <Select
            aria-label={text.type}
            value={type}
            onChange={setType}
            options={[{ value: "", label: text.asItIs }, ...FIELD_TYPES.map((each) => ({ value: each, label: each }))]}
            style={{ width: 140 }}
          />
          <Button type="primary" loading={isBusy} disabled={!isJson} onClick={() => void evaluate()}>
            {text.evaluate}
          </Button>
        </Flex>
        <div style={{ minHeight: 72, marginBottom: 12 }} aria-live="polite" data-evaluated>
          {error === null ? null : <ProblemAlert error={error} />}
          {answer === null ? null : <Answer answer={answer} />}
        </div>
        <Form.Item label={text.tryRow} {...(isJson ? {} : { validateStatus: "error" as const, help: text.rowNotJson })}>
          <Input.TextArea
            aria-label={text.tryRow}
            className="mono"
            autoSize={{ minRows: 4, maxRows: 16 }}
            spellCheck={false}
            value={record}
            onChange={({ target }) => setRecord(target.value)}
            onKeyDown={withKey}
          />
        </Form.Item>
      </Form>
    </Drawer>
  );
}

function Answer({ answer: { value, trace = [], error } }: { readonly answer: Evaluated }) {
  const text = useTexts(mappingTexts);
  const { pick } = useLanguage();
  if (error !== undefined)
    return (
      <Alert
        type="error"
        showIcon
        title={pick(error)}
        description={
          <>
            {pick({ zh: error.todoZh, en: error.todoEn })} <Typography.Text type="secondary">{error.code}</Typography.Text>
          </>
        }
      />
    );
  const isNothing = value === null || value === undefined;
  return (
    <Flex vertical gap={8}>
      <div>
        {text.result}{" "}
        {isNothing ? (
          text.noValue
        ) : (
          <strong className="mono" style={{ whiteSpace: "pre-wrap" }}>
            {typeof value === "object" ? prettyJson(value) : valueText(value)}
          </strong>
        )}
      </div>
      <div className="map-trace-line">
        {trace.map(({ path, value: read }) =>
          path === undefined ? null : (
            <span key={path} className="map-chip mono">
              {path} = {read === null || read === undefined ? text.noValue : valueText(read)}
            </span>
          ),
        )}
      </div>
    </Flex>
  );
}

function canParse(record: string): boolean {
  try {
    const value: unknown = JSON.parse(record);
    return value !== null && typeof value === "object" && !Array.isArray(value);
  } catch {
    return false;
  }
}

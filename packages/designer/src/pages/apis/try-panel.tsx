/** One call of one API, as a person tries it: parameters or a document, then the masked request and answer. A write wants a tick. */
import { Alert, Button, Card, Checkbox, Flex, Form, Input, Typography } from "antd";
import { useState } from "react";
import { captionOf, helpOf } from "../../flow/fields.ts";
import { ask, workspacePath, type ProblemBody } from "../../api/ask.ts";
import { assetTexts } from "../../language/asset-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";
import { assetPath, type AssetDetail } from "./asset.ts";

interface Tried {
  readonly ok: boolean;
  readonly tookMs: number;
  readonly problem: ProblemBody | null;
  readonly exchanges: readonly {
    readonly operation: string;
    readonly status: number;
    readonly request: string;
    readonly response: string;
  }[];
  readonly rows: string;
  readonly rowCount: number;
  readonly hasMore: boolean | null;
}

const SHOWN_PARAMS = 40;

export function TryPanel({ detail }: { readonly detail: AssetDetail }) {
  const text = useTexts(assetTexts);
  const { workspace } = usePlace();
  const { language } = useLanguage();
  const { asset, document } = detail;
  const [params, setParams] = useState<Readonly<Record<string, string>>>({});
  const [body, setBody] = useState("{}");
  const [isSure, setSure] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [tried, setTried] = useState<Tried | null>(null);
  const [error, setError] = useState<unknown>(null);
  const isWrite = asset.direction === "write";
  const call = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== ""));
      const asked = isWrite ? { document: JSON.parse(body) as unknown, confirm: isSure } : { params: given };
      setTried(await ask<Tried>("POST", workspacePath(workspace, `${assetPath(asset.connection, asset.api)}/try`), { body: asked }));
    } catch (refused) {
      setTried(null);
      setError(refused instanceof SyntaxError ? new Error(text.notJson) : refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Flex vertical gap={16}>
      <Card size="small" title={isWrite ? text.document : text.params}>
        <Form layout="vertical" onFinish={() => void call()}>
          {isWrite ? (
            <>
              <Input.TextArea
                className="mono"
                aria-label={text.document}
                autoSize={{ minRows: 6, maxRows: 20 }}
                value={body}
                onChange={(event) => setBody(event.target.value)}
              />
              <Checkbox style={{ marginBlock: 12 }} checked={isSure} onChange={(event) => setSure(event.target.checked)}>
                {text.confirmWrite}
              </Checkbox>
            </>
          ) : (
            <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(240px, 1fr))", columnGap: 16 }}>
              {document.request.slice(0, SHOWN_PARAMS).map(({ field, default: preset, ...said }) => (
                <Form.Item
                  key={field}
                  label={`${captionOf(said, language)} ${said.label === field ? "" : field}`}
                  extra={helpOf(said, language)}
                  style={{ marginBottom: 12 }}
                >
                  <Input
                    aria-label={field}
                    placeholder={preset ?? ""}
                    value={params[field] ?? ""}
                    onChange={(event) => setParams({ ...params, [field]: event.target.value })}
                  />
                </Form.Item>
              ))}
            </div>
          )}
          <Flex align="center" gap={12}>
            <Button type="primary" htmlType="submit" loading={isBusy} disabled={isWrite && !isSure}>
              {text.try}
            </Button>
            <Typography.Text type="secondary">{text.tryTold}</Typography.Text>
          </Flex>
        </Form>
      </Card>
      {error === null ? null : <ProblemAlert error={error} />}
      {tried === null ? null : <TriedView tried={tried} isWrite={isWrite} />}
    </Flex>
  );
}

function TriedView({ tried, isWrite }: { readonly tried: Tried; readonly isWrite: boolean }) {
  const text = useTexts(assetTexts);
  const { pick } = useLanguage();
  const { ok, tookMs, problem, exchanges, rows, rowCount, hasMore } = tried;
  return (
    <Flex vertical gap={12} aria-live="polite">
      <Alert
        showIcon
        type={ok ? "success" : "error"}
        title={problem === null ? text.tried(tookMs) : pick({ zh: problem.zh, en: problem.en })}
        description={
          problem === null
            ? isWrite
              ? undefined
              : text.rows(rowCount, hasMore === true)
            : pick({ zh: problem.todoZh, en: problem.todoEn })
        }
      />
      {exchanges.map((exchange, i) => (
        <Card key={i} size="small" title={`${exchange.operation} · HTTP ${exchange.status}`}>
          <Typography.Text strong>{text.requestSent}</Typography.Text>
          <pre
            className="mono"
            tabIndex={0}
            aria-label={text.requestSent}
            style={{ maxHeight: 240, overflow: "auto", whiteSpace: "pre-wrap" }}
          >
            {exchange.request}
          </pre>
          <Typography.Text strong>{text.answer}</Typography.Text>
          <pre className="mono" tabIndex={0} aria-label={text.answer} style={{ maxHeight: 320, overflow: "auto", whiteSpace: "pre-wrap" }}>
            {exchange.response.slice(0, 20_000)}
          </pre>
        </Card>
      ))}
      {ok && !isWrite && rowCount > 0 ? (
        <Card size="small" title={text.rows(rowCount, hasMore === true)}>
          <pre
            className="mono"
            tabIndex={0}
            aria-label={text.rows(rowCount, false)}
            style={{ maxHeight: 320, overflow: "auto", whiteSpace: "pre-wrap" }}
          >
            {rows.slice(0, 20_000)}
          </pre>
        </Card>
      ) : null}
    </Flex>
  );
}

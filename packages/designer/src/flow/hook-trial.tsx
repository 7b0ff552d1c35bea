/** Rows pasted and pushed, or a reading set off, as the hook would do it: what came of each row is told at once. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Input, Typography } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { ask, workspacePath } from "../api/ask.ts";
import { hookTexts } from "../language/hook-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { recordPath, usePlace } from "../shell/place.tsx";

interface Received {
  readonly stored: number;
  readonly rows: readonly {
    readonly index: number;
    readonly key?: string;
    readonly number?: string;
    readonly code?: string;
    readonly message?: string;
  }[];
}

interface HookTrialProps {
  readonly flow: string;
  readonly takes: "rows" | "run";
  readonly example: string;
}

export function HookTrial({ flow, takes, example }: HookTrialProps) {
  const text = useTexts(hookTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const [typed, setTyped] = useState(takes === "rows" ? example : "{}");
  const [received, setReceived] = useState<Received | "begun" | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const isJson = canParse(typed);
  const send = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    setReceived(null);
    try {
      const path = workspacePath(workspace, `flows/${flow}/${takes === "rows" ? "push" : "runs"}`);
      const answer = await ask<Received>("POST", path, { bodyText: typed });
      setReceived(takes === "rows" ? answer : "begun");
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  return (
    <Card size="small" title={text.tryIt}>
      <Flex vertical gap={8}>
        <Typography.Text>{takes === "rows" ? text.tryRows : text.tryRun}</Typography.Text>
        <Input.TextArea
          aria-label={takes === "rows" ? text.tryRows : text.tryRun}
          className="mono"
          autoSize={{ minRows: 3, maxRows: 14 }}
          value={typed}
          status={isJson ? "" : "error"}
          spellCheck={false}
          onChange={({ target }) => setTyped(target.value)}
        />
        <Flex gap={12} align="center" wrap>
          <Button type="primary" loading={isBusy} disabled={!isJson} onClick={() => void send()}>
            {text.send}
          </Button>
          <Typography.Text type="secondary">{isJson ? text.sendTold : text.badJson}</Typography.Text>
        </Flex>
        {error === null ? null : <ProblemAlert error={error} />}
        {received === null ? null : <Answer flow={flow} received={received} />}
      </Flex>
    </Card>
  );
}

const TOLD = 20;

function Answer({ flow, received }: { readonly flow: string; readonly received: Received | "begun" }) {
  const text = useTexts(hookTexts);
  const { told } = useLanguage();
  const { to } = usePlace();
  if (received === "begun") return <Alert type="success" showIcon title={text.begun} action={<Link to={to("runs")}>{text.toRuns}</Link>} />;
  const { stored, rows } = received;
  return (
    <Alert
      data-received
      type={stored === rows.length ? "success" : "warning"}
      showIcon
      title={text.stored(stored, rows.length)}
      action={<Link to={to(`records?flow=${flow}`)}>{text.toRecords}</Link>}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 20 }}>
          {rows.slice(0, TOLD).map(({ index, key, number, code, message = "" }) => (
            <li key={index}>
              {text.row(index + 1)} ·{" "}
              {key === undefined ? (
                `${told(message)} ${code ?? ""}`
              ) : (
                // Within a line of text colour alone does not tell a link.
                <Link to={to(recordPath(flow, key))} style={{ textDecoration: "underline" }}>
                  {number ?? key}
                </Link>
              )}
            </li>
          ))}
        </ul>
      }
    />
  );
}

function canParse(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A flow's hook: its address, a secret told once, how it is called, a trial with a pasted row, and its last calls. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Descriptions, Flex, Popconfirm, Skeleton, Tag, Typography, type TableColumnsType } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { ask, workspacePath } from "../api/ask.ts";
import { useAnswer } from "../api/hooks.ts";
import { hookTexts } from "../language/hook-texts.ts";
import { useTexts } from "../language/language.tsx";
import { hookCurl } from "../parts/hook-curl.ts";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { Rows } from "../parts/rows.tsx";
import { instantText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";
import { HookTrial } from "./hook-trial.tsx";

interface HookCall {
  readonly at: number;
  readonly status: number;
  readonly by: string;
  readonly rows?: number;
  readonly stored?: number;
  readonly run?: string;
  readonly code?: string;
  readonly refusal?: string;
}

interface Hook {
  readonly url: string;
  readonly madeAt: number | null;
  readonly takes: "rows" | "run" | "nothing" | null;
  readonly isEnabled: boolean;
  readonly calls: readonly HookCall[];
}

const EXAMPLES = { rows: '[{"id":"1001","no":"SO-1001"}]', run: '{"numbers":["SO-1001"]}' } as const;

export function HookPanel({ flow }: { readonly flow: string }) {
  const text = useTexts(hookTexts);
  const { workspace, may } = usePlace();
  const { data, error, refetch } = useAnswer<Hook>(workspace, `flows/${flow}/hook`, { live: true });
  const [secret, setSecret] = useState<string | null>(null);
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton active />;
  const { takes, isEnabled, madeAt } = data;
  if (takes === "nothing" && madeAt === null) return <Alert type="info" showIcon title={text.aboutNothing} />;
  const url = `${location.origin}${data.url}`;
  return (
    <Flex vertical gap={12}>
      <Alert
        type={takes === null || !isEnabled ? "warning" : "info"}
        showIcon
        title={takes === "run" ? text.aboutRun : text.aboutRows}
        description={takes === null ? text.notPublished : isEnabled ? undefined : takes === "rows" ? text.notEnabled : text.notEnabledRun}
      />
      <Card size="small">
        <Descriptions
          column={1}
          size="small"
          items={[
            {
              key: "address",
              label: text.address,
              children: (
                <Typography.Text copyable className="mono" data-hook-url>
                  {url}
                </Typography.Text>
              ),
            },
            { key: "secret", label: text.secret, children: <Secret flow={flow} madeAt={madeAt} secret={secret} onSecret={setSecret} /> },
          ]}
        />
      </Card>
      {madeAt === null ? null : <HowTo url={url} secret={secret} body={EXAMPLES[takes === "run" ? "run" : "rows"]} />}
      {takes === null || takes === "nothing" || !may(takes === "rows" ? "pushRows" : "startRun") ? null : (
        <HookTrial key={takes} flow={flow} takes={takes} example={EXAMPLES[takes]} />
      )}
      <Calls calls={data.calls} />
    </Flex>
  );
}

interface SecretProps {
  readonly flow: string;
  readonly madeAt: number | null;
  /** Made a moment ago: told this once. */
  readonly secret: string | null;
  readonly onSecret: (secret: string | null) => void;
}

function Secret({ flow, madeAt, secret, onSecret }: SecretProps) {
  const text = useTexts(hookTexts);
  const { workspace, may } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const change = async (method: "POST" | "DELETE"): Promise<void> => {
    try {
      const made = await ask<{ secret: string } | undefined>(method, workspacePath(workspace, `flows/${flow}/hook`));
      onSecret(made?.secret ?? null);
      if (made === undefined) void message.success(text.removed);
      await queries.invalidateQueries({ queryKey: ["w", workspace, `flows/${flow}/hook`] });
    } catch (refused) {
      void message.error(line(refused));
    }
  };
  return (
    <Flex vertical gap={8} align="start">
      {secret === null ? (
        madeAt === null ? (
          <Typography.Text type="secondary">
            {text.none} · {text.noneTodo}
          </Typography.Text>
        ) : (
          <Typography.Text>{text.since(instantText(madeAt))}</Typography.Text>
        )
      ) : (
        <Alert
          type="success"
          showIcon
          title={text.told}
          description={
            <Typography.Text copyable className="mono" data-hook-secret>
              {secret}
            </Typography.Text>
          }
        />
      )}
      {may("makeHook", "removeHook") ? (
        madeAt === null ? (
          <Button type="primary" size="small" onClick={() => void change("POST")}>
            {text.make}
          </Button>
        ) : (
          <Flex gap={8}>
            <Popconfirm title={text.rotate} description={text.rotateAsk} onConfirm={() => void change("POST")}>
              <Button size="small">{text.rotate}</Button>
            </Popconfirm>
            <Popconfirm title={text.remove} description={text.removeAsk} onConfirm={() => void change("DELETE")}>
              <Button size="small" danger>
                {text.remove}
              </Button>
            </Popconfirm>
          </Flex>
        )
      ) : null}
    </Flex>
  );
}

function HowTo({ url, secret, body }: { readonly url: string; readonly secret: string | null; readonly body: string }) {
  const text = useTexts(hookTexts);
  return (
    <Card size="small" title={text.how}>
      <Typography.Paragraph type="secondary">
        {text.howTold} {secret === null ? text.secretPlaceholder : ""}
      </Typography.Paragraph>
      {/* On the page the secret is said once above; the command that is copied has it. */}
      <pre className="mono message-text" tabIndex={0} aria-label={text.command}>
        {hookCurl(url, null, body)}
      </pre>
      <Typography.Text copyable={{ text: () => hookCurl(url, secret, body), tooltips: [text.copy, text.copy] }} data-hook-curl>
        {text.copy}
      </Typography.Text>
    </Card>
  );
}

function Calls({ calls }: { readonly calls: readonly HookCall[] }) {
  const text = useTexts(hookTexts);
  const { to } = usePlace();
  const columns: TableColumnsType<HookCall> = [
    { title: text.at, width: 180, render: (_, { at }) => instantText(at) },
    { title: text.by, width: 200, render: (_, { by }) => (by === "hook" ? text.byHook : text.byConsole) },
    {
      title: text.answer,
      render: (_, { status, rows, stored, run, code, refusal }) => (
        <Flex gap={8} align="center" wrap>
          <Tag color={status < 400 && (rows === undefined || rows === stored) ? "green" : status < 400 ? "gold" : "red"}>{status}</Tag>
          {rows === undefined ? null : text.stored(stored ?? 0, rows)}
          {run === undefined ? null : <Link to={to("runs")}>{text.begun}</Link>}
          {refusal === undefined ? null : text.refusals[refusal]}
          {code === undefined ? null : <Typography.Text type="secondary">{code}</Typography.Text>}
        </Flex>
      ),
    },
  ];
  return (
    <Card size="small" title={text.calls} styles={{ body: { padding: 0 } }}>
      <Rows
        isBare
        rowKey={({ at, status }) => `${at} ${status}`}
        size="small"
        isPending={false}
        columns={columns}
        rows={calls}
        none={text.noCalls}
      />
    </Card>
  );
}

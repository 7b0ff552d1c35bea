/** The report of one imported scheme: counts, decisions as a form, what was changed and what is not known. */
import { Alert, Button, Card, Collapse, Flex, Form, Input, Segmented, Tag, Typography } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useLanguage, useTexts } from "../language/language.tsx";
import { wizardTexts } from "../language/wizard-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { usePlace } from "../shell/place.tsx";
import type { Decision, Imported, Remark } from "./qeasy-import.tsx";

interface ImportedReportProps {
  readonly flow: Imported;
  readonly given: Readonly<Record<string, unknown>>;
  /** Undefined takes the answer back; null is one: nothing. */
  readonly onGive: (key: string, value: unknown) => void;
  readonly onGiveAll: (answers: Readonly<Record<string, unknown>>) => void;
}

export function ImportedReport({ flow, given, onGive, onGiveAll }: ImportedReportProps) {
  const text = useTexts(wizardTexts);
  const words = useTexts(wordTexts);
  const { pick } = useLanguage();
  const { to } = usePlace();
  const { id, name, status, taken, changed, decisions, unknown, credentials, lacks, issues } = flow;
  const sections = [
    { key: "changed", label: text.changed(changed.length), children: <Remarks remarks={changed} />, isShown: changed.length > 0 },
    {
      key: "unknown",
      label: text.unknown(unknown.length),
      children: unknown.map(({ line, path }) => (
        <div key={`${line} ${path}`} className="mono">
          {text.line(line)} {path}
        </div>
      )),
      isShown: unknown.length > 0,
    },
    {
      key: "issues",
      label: text.issues(issues.length),
      children: issues.map((issue) => (
        <div key={`${issue.path} ${issue.code}`}>
          {pick(issue)} <span className="mono">{issue.path}</span>
        </div>
      )),
      isShown: issues.length > 0,
    },
    { key: "text", label: `flows/${id}.yaml`, children: <pre className="mono message-text">{flow.text}</pre>, isShown: true },
  ];
  return (
    <Card
      size="small"
      style={{ marginBottom: 12 }}
      title={
        <>
          {name} <span className="mono">{id}</span> <Tag color={status === "ok" ? "green" : "gold"}>{text.status[status] ?? status}</Tag>
        </>
      }
      extra={<Typography.Text type="secondary">{text.taken(taken)}</Typography.Text>}
    >
      <Flex vertical gap={8}>
        {lacks.length === 0 ? null : (
          <Alert
            type="warning"
            showIcon
            title={text.lacks(words.list(lacks.map((each) => words.aside(String(each.name), each.id))))}
            description={lacks.map(({ system, id: connection }) => (
              <Link key={connection} to={to(`connections/new?system=${system}`)} style={{ marginInlineEnd: 12 }}>
                {connection}
              </Link>
            ))}
          />
        )}
        {credentials.length === 0 ? null : <Alert type="warning" showIcon title={text.credentials(words.list(credentials))} />}
        {decisions.length === 0 ? (
          <Typography.Text type="secondary">{text.noDecisions}</Typography.Text>
        ) : (
          <Decisions decisions={decisions} given={given} onGive={onGive} onGiveAll={onGiveAll} />
        )}
        <Collapse
          size="small"
          items={sections.filter(({ isShown }) => isShown).map(({ key, label, children }) => ({ key, label, children }))}
        />
      </Flex>
    </Card>
  );
}

function Remarks({ remarks }: { readonly remarks: readonly Remark[] }) {
  const text = useTexts(wizardTexts);
  const { pick } = useLanguage();
  return (
    <ul style={{ margin: 0, paddingInlineStart: 18 }}>
      {remarks.map((remark) => (
        <li key={`${remark.line} ${remark.path} ${remark.zh}`}>
          {pick(remark)} <Typography.Text type="secondary">{text.line(remark.line)}</Typography.Text>{" "}
          <span className="mono">{remark.path}</span>
        </li>
      ))}
    </ul>
  );
}

interface DecisionsProps extends Pick<ImportedReportProps, "given" | "onGive" | "onGiveAll"> {
  readonly decisions: readonly Decision[];
}

function Decisions({ decisions, given, onGive, onGiveAll }: DecisionsProps) {
  const text = useTexts(wizardTexts);
  return (
    <div>
      <Typography.Text strong>{text.decisions(decisions.length)}</Typography.Text>{" "}
      <Typography.Text type="secondary">{text.decide}</Typography.Text>{" "}
      <Button size="small" onClick={() => onGiveAll(Object.fromEntries(decisions.map(({ key, proposal }) => [key, proposal])))}>
        {text.allAsDraft}
      </Button>
      <Form layout="vertical" component="div" style={{ marginTop: 8 }}>
        {decisions.map((decision) => (
          <DecisionItem key={decision.key} decision={decision} given={given} onGive={onGive} />
        ))}
      </Form>
    </div>
  );
}

type Choice = "open" | "draft" | "own";

/** Left open, as the draft has it (which may be nothing), or an answer of one's own. */
function DecisionItem({ decision, given, onGive }: { readonly decision: Decision } & Pick<ImportedReportProps, "given" | "onGive">) {
  const text = useTexts(wizardTexts);
  const { pick } = useLanguage();
  const { key, proposal } = decision;
  const id = `decision-${key}`;
  // Steps and lists are answered as JSON, which is kept while it is being typed.
  const isShaped = proposal !== null && typeof proposal === "object";
  const [typed, setTyped] = useState<string | null>(null);
  const choice: Choice = typed !== null ? "own" : Object.hasOwn(given, key) ? "draft" : "open";
  const shown = proposal === null ? "" : isShaped ? JSON.stringify(proposal, null, 2) : String(proposal as string | number | boolean);
  const give = (next: string): void => {
    setTyped(next);
    onGive(key, next.trim() === "" ? undefined : isShaped ? parsed(next) : next);
  };
  const choose = (next: Choice): void => {
    if (next === "own") return give(shown);
    setTyped(null);
    return onGive(key, next === "draft" ? proposal : undefined);
  };
  const isBroken = isShaped && typed !== null && typed.trim() !== "" && parsed(typed) === undefined;
  return (
    <Form.Item
      label={
        <span>
          {pick(decision)} <span className="mono">{key}</span>
        </span>
      }
      {...(isBroken ? { validateStatus: "error" as const, help: "JSON" } : {})}
      style={{ marginBottom: 10 }}
    >
      <Flex gap={8} wrap>
        <Segmented<Choice>
          size="small"
          aria-label={key}
          value={choice}
          onChange={choose}
          options={[
            { value: "open", label: text.later },
            { value: "draft", label: proposal === null ? text.nothing : text.asDraft, title: shown },
            { value: "own", label: text.own },
          ]}
        />
        {typed === null ? (
          <span className="mono map-quiet" style={{ maxWidth: 460, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
            {shown}
          </span>
        ) : isShaped ? (
          <Input.TextArea
            id={id}
            aria-label={key}
            className="mono"
            autoSize={{ minRows: 3, maxRows: 14 }}
            value={typed}
            onChange={({ target }) => give(target.value)}
          />
        ) : (
          <Input
            id={id}
            aria-label={key}
            className="mono"
            style={{ width: 320 }}
            value={typed}
            onChange={({ target }) => give(target.value)}
          />
        )}
      </Flex>
    </Form.Item>
  );
}

/** Undefined while it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

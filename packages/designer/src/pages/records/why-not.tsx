/** Why a number is not in the ledger: what is known of each flow that could have read it, and what the source says when it is asked. */
import { Button, Card, Flex, Tag, Typography, type TableColumnsType } from "antd";
import { useState } from "react";
import type { Items } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { whyTexts } from "../../language/why-texts.ts";
import { wordTexts } from "../../language/word-texts.ts";
import { FlowLink } from "../../parts/flow-link.tsx";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { Rows } from "../../parts/rows.tsx";
import { usePull } from "../../parts/use-pull.ts";
import { usePlace } from "../../shell/place.tsx";

export interface Why {
  readonly flow: string;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

/** Nothing can be asked of the source: no published flow, or one whose rows are brought. */
const NOT_TO_ASK = new Set(["not-published", "waiting-pushed"]);

/** Broken into lines where the table, which else takes its longest line as its width, would be pushed sideways. */
const SENTENCE = { minWidth: 160, maxWidth: "min(420px, 60vw)", whiteSpace: "normal" } as const;

interface WhyNotProps {
  /** Those that are not there; the source is asked about the first twenty. */
  readonly numbers: readonly string[];
  readonly why: readonly Why[];
}

export function WhyNot({ numbers, why }: WhyNotProps) {
  const text = useTexts(whyTexts);
  const words = useTexts(wordTexts);
  const { pick } = useLanguage();
  const { may } = usePlace();
  const columns: TableColumnsType<Why> = [
    { title: text.flow, width: 200, render: (_, { flow }) => <FlowLink id={flow} /> },
    { title: text.known, render: (_, each) => <div style={SENTENCE}>{pick(each)}</div> },
    ...(may("askSource")
      ? [
          {
            title: words.actions,
            render: (_: unknown, { flow, code }: Why) => (NOT_TO_ASK.has(code) ? "–" : <AskSource flow={flow} numbers={numbers} />),
          },
        ]
      : []),
  ];
  // What was never published has read nothing at all: last.
  const rows = why.toSorted((a, b) => Number(a.code === "not-published") - Number(b.code === "not-published"));
  return (
    <Card size="small" title={text.title} styles={{ body: { padding: 0 } }}>
      <Rows isBare size="small" rowKey="flow" rows={rows} columns={columns} isPending={false} none={text.noFlows} />
    </Card>
  );
}

/** Codes of answers that say the bill can be read in now. */
const READABLE = "outside-window";
const ASKED_MAX = 20;

function AskSource({ flow, numbers }: { readonly flow: string; readonly numbers: readonly string[] }) {
  const text = useTexts(whyTexts);
  const { pick } = useLanguage();
  const { workspace, may } = usePlace();
  const [answers, setAnswers] = useState<readonly (Why & { readonly number: string })[] | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const pulling = usePull(flow);
  const asked = numbers.slice(0, ASKED_MAX);
  const askIt = async (): Promise<void> => {
    setAsking(true);
    setError(null);
    try {
      const path = workspacePath(workspace, `flows/${flow}/records/ask`);
      setAnswers((await ask<Items<Why & { readonly number: string }>>("POST", path, { body: { numbers: asked } })).items);
    } catch (refused) {
      setError(refused);
    }
    setAsking(false);
  };
  const readable = (answers ?? []).filter(({ code }) => code === READABLE).map(({ number }) => number);
  return (
    <Flex vertical gap={6} align="start">
      {answers === null ? (
        <Button size="small" loading={isAsking} onClick={() => void askIt()}>
          {numbers.length > ASKED_MAX ? text.askFirst(ASKED_MAX) : text.ask}
        </Button>
      ) : (
        answers.map((answer) => (
          <div key={answer.number} data-answer={answer.code} style={SENTENCE}>
            {numbers.length > 1 ? <Tag>{answer.number}</Tag> : null}
            {pick(answer)}
          </div>
        ))
      )}
      {readable.length > 0 && pulling.result === null && may("pullBills") ? (
        <Button size="small" type="primary" loading={pulling.isBusy} onClick={() => void pulling.pull(readable)}>
          {text.readIn(readable.length)}
        </Button>
      ) : null}
      {pulling.result === null ? null : <Typography.Text type="success">{text.read(pulling.result.records)}</Typography.Text>}
      {[error, pulling.error].map((each) => (each === null ? null : <ProblemAlert key={String(each)} error={each} />))}
    </Flex>
  );
}

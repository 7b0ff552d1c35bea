/** What the first run of a draft will read: a span with its rows, everything, or what is pushed. Asked when somebody wants to know, since the source may count. */
import { Button, Card, Flex, Typography } from "antd";
import { useState } from "react";
import { ask, workspacePath } from "../api/ask.ts";
import { useTexts } from "../language/language.tsx";
import { wizardTexts } from "../language/wizard-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { instantText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";

interface FirstRunAnswer {
  readonly reads: "span" | "all" | "pushed";
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly rows: number | null;
  readonly pages: number | null;
  readonly how: string;
}

export function FirstRun({ id, before }: { readonly id: string; readonly before: () => Promise<unknown> }) {
  const text = useTexts(wizardTexts);
  const words = useTexts(wordTexts);
  const { workspace } = usePlace();
  const [answer, setAnswer] = useState<FirstRunAnswer | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const find = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await before();
      setAnswer(await ask<FirstRunAnswer>("POST", workspacePath(workspace, `flows/${id}/first-run`)));
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  return (
    <Card size="small" title={text.firstRun} style={{ marginBottom: 12 }}>
      <Flex gap={12} wrap align="center">
        <Button loading={isBusy} onClick={() => void find()}>
          {text.estimate}
        </Button>
        {answer === null ? null : <Typography.Text>{told(answer, text, words)}</Typography.Text>}
      </Flex>
      {error === null ? null : <ProblemAlert error={error} />}
    </Card>
  );
}

function told(
  { reads, fromMs, toMs, rows, pages, how }: FirstRunAnswer,
  text: (typeof wizardTexts)["zh"],
  words: (typeof wordTexts)["zh"],
): string {
  if (reads === "all") return text.firstAll;
  if (reads === "pushed") return text.firstPushed;
  const span = text.firstSpan(instantText(fromMs ?? 0), instantText(toMs ?? 0));
  return words.labelled(span, rows === null ? text.firstUnknown : words.aside(text.firstRows(rows, pages ?? 0), text.hows[how] ?? how));
}

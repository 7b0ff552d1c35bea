/** An error as people read it: what is wrong, what to do, the code small below. */
import { Alert, Button, Space, Typography } from "antd";
import { Problem, type ProblemBody } from "../api/ask.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";

interface ProblemAlertProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

export function ProblemAlert({ error, onRetry }: ProblemAlertProps) {
  const text = useTexts(shellTexts);
  const body = error instanceof Problem ? error.body : null;
  return (
    <Alert
      type="error"
      showIcon
      title={body === null ? text.offer : <ProblemTitle body={body} />}
      description={body === null ? String(error) : <ProblemTodo body={body} />}
      action={
        onRetry === undefined ? undefined : (
          <Button size="small" onClick={onRetry}>
            {text.retry}
          </Button>
        )
      }
    />
  );
}

function ProblemTitle({ body }: { readonly body: ProblemBody }) {
  return <>{useLanguage().pick({ zh: body.zh, en: body.en })}</>;
}

function ProblemTodo({ body }: { readonly body: ProblemBody }) {
  const { pick } = useLanguage();
  return (
    <Space orientation="vertical" size={2}>
      <span>{pick({ zh: body.todoZh, en: body.todoEn })}</span>
      <Typography.Text type="secondary" style={{ fontSize: 12 }}>
        {body.code}
      </Typography.Text>
    </Space>
  );
}

/** The same in one line, for messages that pass. */
export function useProblemLine(): (error: unknown) => string {
  const { pick } = useLanguage();
  return (error) =>
    error instanceof Problem
      ? pick({ zh: `${error.body.zh} ${error.body.todoZh}`, en: `${error.body.en} ${error.body.todoEn}` })
      : String(error);
}

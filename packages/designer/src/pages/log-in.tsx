/** Log-in by name and password, or by single sign-on where it is set up; afterwards to where one wanted to go. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Divider, Form, Input, Space, Typography } from "antd";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { ask, Problem, type ProblemBody } from "../api/ask.ts";
import { accessTexts } from "../language/access-texts.ts";
import { useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { Door } from "../shell/door.tsx";

interface Credentials {
  readonly name: string;
  readonly password: string;
}

export function LogIn() {
  const text = useTexts(shellTexts);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [params] = useSearchParams();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const logIn = async (credentials: Credentials): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await ask("POST", "/api/v1/login", { body: credentials });
      queries.clear();
      const wanted = params.get("to") ?? "/";
      await navigate(wanted.startsWith("/w/") ? wanted : "/", { replace: true });
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  const wanted = params.get("to") ?? "";
  const rules = [{ required: true, message: text.required }];
  return (
    <Door title={text.logIn}>
      <Space orientation="vertical" size="middle" style={{ width: "100%" }}>
        {error === null ? null : <ProblemAlert error={error} />}
        <SingleSignOn refused={error === null ? params.get("refused") : null} to={wanted} />
        <Form<Credentials> layout="vertical" onFinish={(values) => void logIn(values)} requiredMark={false}>
          <Form.Item name="name" label={text.name} rules={rules}>
            <Input autoFocus autoComplete="username" />
          </Form.Item>
          <Form.Item name="password" label={text.password} rules={rules}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={isBusy}>
            {text.logIn}
          </Button>
        </Form>
        <Typography.Text type="secondary">{text.logInHint}</Typography.Text>
      </Space>
    </Door>
  );
}

interface SignOn {
  /** Null where there is none. */
  readonly name: string | null;
  readonly refusal: ProblemBody | null;
}

/** The button to the identity provider, and why it sent somebody back without a log-in. A server that does not answer is told of by the form. */
function SingleSignOn({ refused, to }: { readonly refused: string | null; readonly to: string }) {
  const text = useTexts(accessTexts);
  const { data } = useQuery({
    queryKey: ["oidc", refused],
    queryFn: ({ signal }) =>
      ask<SignOn>("GET", `/api/v1/oidc${refused === null ? "" : `?refused=${encodeURIComponent(refused)}`}`, { signal }),
    retry: false,
  });
  if (data === undefined) return null;
  return (
    <>
      {data.refusal === null ? null : <ProblemAlert error={new Problem(data.refusal)} />}
      {data.name === null ? null : (
        <>
          <Button href={`/api/v1/oidc/begin${to === "" ? "" : `?to=${encodeURIComponent(to)}`}`} block>
            {text.signOnWith(data.name)}
          </Button>
          <Divider plain style={{ margin: 0 }}>
            {text.orByPassword}
          </Divider>
        </>
      )}
    </>
  );
}

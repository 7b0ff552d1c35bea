/** Log-in by name and password; afterwards to where one wanted to go. */
import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Space, Typography } from "antd";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { ask } from "../api/ask.ts";
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
  const rules = [{ required: true, message: text.required }];
  return (
    <Door title={text.logIn}>
      <Space orientation="vertical" size="middle" style={{ width: "100%" }}>
        {error === null ? null : <ProblemAlert error={error} />}
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

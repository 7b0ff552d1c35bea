/** The first administrator, by the one-time link `/setup#token` that the server prints. The token stays behind # and is in no log. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Space, Typography } from "antd";
import { useState, useSyncExternalStore } from "react";
import { useNavigate } from "react-router";
import { ask } from "../api/ask.ts";
import { useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";
import { NewPasswordFields } from "../parts/new-password-fields.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { Door } from "../shell/door.tsx";

interface Given {
  readonly name: string;
  readonly password: string;
  readonly again: string;
}

function watchHash(told: () => void): () => void {
  addEventListener("hashchange", told);
  return () => removeEventListener("hashchange", told);
}

export function SetUp() {
  const text = useTexts(shellTexts);
  const navigate = useNavigate();
  const queries = useQueryClient();
  // Whoever came with half of the link and puts in the whole one stays on the page: only what is behind # is another.
  const token = useSyncExternalStore(watchHash, () => location.hash.slice(1));
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const setUp = async ({ name, password }: Given): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await ask("POST", "/api/v1/setup", { body: { token, name, password } });
      queries.clear();
      await navigate("/", { replace: true });
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  const rules = [{ required: true, message: text.required }];
  return (
    <Door title={text.setUp}>
      <Space orientation="vertical" size="middle" style={{ width: "100%" }}>
        {token === "" ? <Alert type="warning" showIcon title={text.setUpNoToken} /> : null}
        {error === null ? null : <ProblemAlert error={error} />}
        <Typography.Text type="secondary">{text.setUpHint}</Typography.Text>
        <Form<Given> layout="vertical" onFinish={(values) => void setUp(values)} requiredMark={false} initialValues={{ name: "admin" }}>
          <Form.Item name="name" label={text.name} rules={rules}>
            <Input autoComplete="username" />
          </Form.Item>
          <NewPasswordFields label={text.password} isFocused />
          <Button type="primary" htmlType="submit" block loading={isBusy} disabled={token === ""}>
            {text.setUpDone}
          </Button>
        </Form>
      </Space>
    </Door>
  );
}

/** One's own password: the current one, and the new one twice. Log-ins elsewhere end, this one stays. */
import { App, Form, Input, Modal } from "antd";
import { useState } from "react";
import { ask } from "../api/ask.ts";
import { useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";
import { NewPasswordFields } from "../parts/new-password-fields.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";

interface Given {
  readonly current: string;
  readonly password: string;
}

export function OwnPassword({ onClose }: { readonly onClose: () => void }) {
  const text = useTexts(shellTexts);
  const [form] = Form.useForm<Given>();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { message } = App.useApp();
  const keep = async ({ current, password }: Given): Promise<void> => {
    setBusy(true);
    try {
      await ask("POST", "/api/v1/me/password", { body: { current, password } });
      void message.success(text.passwordChanged);
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={text.changePassword}
      okText={text.changePassword}
      confirmLoading={isBusy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(given) => void keep(given)}>
        <Form.Item name="current" label={text.currentPassword} rules={[{ required: true, message: text.required }]}>
          <Input.Password autoFocus autoComplete="current-password" />
        </Form.Item>
        <NewPasswordFields label={text.newPassword} />
      </Form>
      {error === null ? null : <ProblemAlert error={error} />}
    </Modal>
  );
}

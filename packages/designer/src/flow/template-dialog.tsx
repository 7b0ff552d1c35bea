/** A flow kept as a template of the workspace; one that is there already is kept anew after a look at what it is called. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import type { FlowView, Items } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useTexts } from "../language/language.tsx";
import { transportTexts } from "../language/transport-texts.ts";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";
import { ownTemplatesKey, type OwnTemplate } from "./templates.ts";

interface Given {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

export function TemplateDialog({ view, onClose }: { readonly view: FlowView; readonly onClose: () => void }) {
  const text = useTexts(transportTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Given>();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const own = useQuery({
    queryKey: ownTemplatesKey(workspace),
    queryFn: ({ signal }) => ask<Items<OwnTemplate>>("GET", workspacePath(workspace, "templates"), { signal }),
  });
  const id = Form.useWatch("id", form);
  const there = own.data?.items.find((each) => each.id === id);
  const keep = async ({ id: as, ...given }: Given): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const body = { revision: there?.revision ?? 0, flow: view.id, ...given };
      await ask("PUT", workspacePath(workspace, `templates/${as}`), { body });
      await queries.invalidateQueries({ queryKey: ownTemplatesKey(workspace) });
      void message.success(text.templateKept(given.name));
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  const name = view.document?.name ?? view.id;
  return (
    <Modal
      open
      title={text.keepTemplate}
      okText={text.keepTemplate}
      okButtonProps={{ disabled: own.isPending }}
      confirmLoading={isBusy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" initialValues={{ id: `own-${view.id}`, name, tags: [] }} onFinish={(given) => void keep(given)}>
        <Form.Item
          name="name"
          label={text.templateName}
          extra={text.templateAbout}
          rules={[{ required: true, message: text.fillIn, max: 200 }]}
        >
          <Input />
        </Form.Item>
        <Form.Item name="description" label={text.templateDescription}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} />
        </Form.Item>
        <Form.Item name="tags" label={text.templateTags}>
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", "，", " "]} maxCount={20} />
        </Form.Item>
        <Form.Item name="id" label={text.templateId} rules={[{ required: true, message: text.fillIn, pattern: /^[a-z0-9][a-z0-9-]*$/ }]}>
          <Input className="mono" maxLength={100} />
        </Form.Item>
      </Form>
      {there === undefined ? null : (
        <Alert type="warning" showIcon title={text.templateReplaces(there.name.zh)} style={{ marginBottom: 12 }} />
      )}
      {own.error === null ? null : <ProblemAlert error={own.error} onRetry={() => void own.refetch()} />}
      {error === null ? null : <ProblemAlert error={error} />}
    </Modal>
  );
}

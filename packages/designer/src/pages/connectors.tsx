/** Private connectors of the workspace: listed, imported from OpenAPI or a Qeasy sheet, begun blank. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown, Flex, Form, Input, Modal, Tag, Typography, Upload, type TableColumnsType } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import type { ConnectorRow } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useConnectors } from "../api/hooks.ts";
import { assetTexts } from "../language/asset-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { fileAsBase64 } from "../parts/base64.ts";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { Rows } from "../parts/rows.tsx";
import { usePlace } from "../shell/place.tsx";
import { BLANK, keepMade, type MadeConnector } from "./connectors/made.ts";

export function Connectors() {
  const text = useTexts(assetTexts);
  const { pick } = useLanguage();
  const { workspace, to, may } = usePlace();
  const { data, error, refetch, isPending } = useConnectors(workspace);
  const [importing, setImporting] = useState<"openapi" | "sheet" | null>(null);
  const navigate = useNavigate();
  const own = (data?.items ?? []).filter(({ isOwn, ownApis }) => isOwn || ownApis > 0).filter(({ system }) => system !== "datong");
  const builtIn = (data?.items ?? []).filter(({ system, isOwn }) => !isOwn && system !== "datong");
  const blank = (): void => {
    keepMade({ connector: BLANK, guesses: [], leftOut: [] });
    void navigate(to("connectors/new"));
  };
  const actions = may("importOpenApi", "importQeasySheet", "saveConnector") ? (
    <>
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setImporting("openapi")}>
        {text.importOpenApi}
      </Button>
      <Button onClick={() => setImporting("sheet")}>{text.importSheet}</Button>
      <Button onClick={blank}>{text.blank}</Button>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: builtIn.map(({ system, name, ownApis }) => ({
            key: system,
            label: <Link to={to(ownApis > 0 ? `connectors/${system}` : `connectors/new?extends=${system}`)}>{pick(name)}</Link>,
          })),
        }}
      >
        <Button>{text.addApis}</Button>
      </Dropdown>
    </>
  ) : null;
  const columns: TableColumnsType<ConnectorRow> = [
    {
      title: text.name,
      render: (_, { system, name, isOwn }) => (
        <Flex gap={8} align="center" wrap>
          <Link to={to(`connectors/${system}`)}>{pick(name)}</Link>
          {isOwn ? null : <Tag>{text.builtIn}</Tag>}
        </Flex>
      ),
    },
    { title: text.system, render: (_, { system }) => <span className="mono">{system}</span> },
    { title: text.apis, align: "right", render: (_, { isOwn, apis, ownApis }) => (isOwn ? apis : ownApis) },
  ];
  return (
    <Page title={text.connectors} about={text.connectorsAbout} actions={actions}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Rows
        rowKey="system"
        isPending={isPending}
        columns={columns}
        rows={own}
        none={text.connectorsNone}
        todo={
          may("importOpenApi") ? (
            <Button type="primary" onClick={() => setImporting("openapi")}>
              {text.importOpenApi}
            </Button>
          ) : null
        }
      />
      {importing === null ? null : <ImportModal kind={importing} onClose={() => setImporting(null)} />}
    </Page>
  );
}

interface Given {
  readonly system: string;
  readonly text?: string;
}

function ImportModal({ kind, onClose }: { readonly kind: "openapi" | "sheet"; readonly onClose: () => void }) {
  const text = useTexts(assetTexts);
  const { workspace, to } = usePlace();
  const navigate = useNavigate();
  const [form] = Form.useForm<Given>();
  const [file, setFile] = useState<File | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const convert = async ({ system, text: pasted = "" }: Given): Promise<void> => {
    setError(null);
    setBusy(true);
    try {
      const body =
        kind === "openapi"
          ? { system, text: file === null ? pasted : await file.text() }
          : { system, file: file?.name ?? "", content: file === null ? "" : await fileAsBase64(file) };
      const path = kind === "openapi" ? "connector-imports/openapi" : "connector-imports/qeasy-sheet";
      keepMade(await ask<MadeConnector>("POST", workspacePath(workspace, path), { body }));
      void navigate(to("connectors/new"));
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      width={640}
      title={kind === "openapi" ? text.importOpenApi : text.importSheet}
      okText={text.convert}
      confirmLoading={isBusy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" onFinish={(given) => void convert(given)}>
        <Form.Item
          name="system"
          label={text.system}
          extra={text.systemHint}
          rules={[{ required: true, pattern: /^[a-z][a-z0-9-]*$/, message: text.systemHint }]}
        >
          <Input autoComplete="off" maxLength={100} />
        </Form.Item>
        <Flex align="center" gap={12} style={{ marginBottom: 12 }}>
          <Upload
            accept={kind === "openapi" ? ".json,.yaml,.yml" : ".xlsx,.csv"}
            maxCount={1}
            showUploadList={false}
            beforeUpload={(chosen) => {
              setFile(chosen);
              return false;
            }}
          >
            <Button>{text.file}</Button>
          </Upload>
          <Typography.Text>{file?.name ?? ""}</Typography.Text>
        </Flex>
        {kind === "openapi" ? (
          <Form.Item name="text" label={text.orPaste}>
            <Input.TextArea className="mono" autoSize={{ minRows: 6, maxRows: 14 }} disabled={file !== null} />
          </Form.Item>
        ) : null}
      </Form>
      {error === null ? null : <ProblemAlert error={error} />}
    </Modal>
  );
}

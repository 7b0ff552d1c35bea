/** Rows of a spreadsheet sent to a flow that waits for rows. */
import { InboxOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Modal, Space, Table, Upload } from "antd";
import { useState } from "react";
import { ask, workspacePath } from "../../api/ask.ts";
import { collectionTexts } from "../../language/collection-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { fileAsBase64 } from "../../parts/base64.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";

interface Taken {
  readonly stored: number;
  readonly refused: number;
  readonly problems: readonly { readonly row: number; readonly zh: string; readonly en: string }[];
}

export function TakeRows({ flow, onClose }: { readonly flow: string; readonly onClose: () => void }) {
  const text = useTexts(collectionTexts);
  const { workspace } = usePlace();
  const { pick } = useLanguage();
  const queries = useQueryClient();
  const [taken, setTaken] = useState<Taken | null>(null);
  const [error, setError] = useState<unknown>(null);
  const take = async (file: File): Promise<void> => {
    setError(null);
    setTaken(null);
    try {
      const body = { file: file.name, content: await fileAsBase64(file) };
      setTaken(await ask<Taken>("POST", workspacePath(workspace, `flows/${flow}/rows`), { body }));
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
    } catch (refused) {
      setError(refused);
    }
  };
  return (
    <Modal open title={text.takeInTitle} footer={null} onCancel={onClose}>
      <Space orientation="vertical" style={{ width: "100%" }}>
        {text.takeInHint}
        <Upload.Dragger
          accept=".xlsx,.csv"
          showUploadList={false}
          beforeUpload={(file) => {
            void take(file);
            return false;
          }}
        >
          <InboxOutlined style={{ fontSize: 28 }} />
          <p>{text.drop}</p>
        </Upload.Dragger>
        {error === null ? null : <ProblemAlert error={error} />}
        {taken === null ? null : (
          <>
            <Alert type={taken.refused === 0 ? "success" : "warning"} showIcon title={text.taken(taken.stored, taken.refused)} />
            {taken.problems.length === 0 ? null : (
              <Table
                size="small"
                rowKey="row"
                pagination={false}
                dataSource={[...taken.problems]}
                columns={[
                  { title: text.row, dataIndex: "row", width: 70 },
                  { title: text.problem, render: (_, problem) => pick(problem) },
                ]}
              />
            )}
          </>
        )}
      </Space>
    </Modal>
  );
}

/** A spreadsheet read by the server, shown with what it would do to the table, and put into the editor; nothing is saved by it. */
import { InboxOutlined } from "@ant-design/icons";
import { Alert, Modal, Radio, Select, Space, Typography, Upload } from "antd";
import { useState } from "react";
import { ask, workspacePath } from "../../api/ask.ts";
import { useTexts } from "../../language/language.tsx";
import { tableTexts } from "../../language/table-texts.ts";
import { wordTexts } from "../../language/word-texts.ts";
import { fileAsBase64 } from "../../parts/base64.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";
import { changeOf, isSameColumns, merged, sheetOf, type Sheet, type TableDocument } from "./sheet.ts";

interface Read {
  readonly table: TableDocument;
  readonly sheets: readonly string[];
  readonly findings: readonly { readonly kind: string }[];
}

interface FileDialogProps {
  readonly sheet: Sheet;
  readonly onPut: (sheet: Sheet) => void;
  readonly onClose: () => void;
}

export function FileDialog({ sheet, onPut, onClose }: FileDialogProps) {
  const text = useTexts(tableTexts);
  const { workspace } = usePlace();
  const [file, setFile] = useState<{ readonly name: string; readonly content: string } | null>(null);
  const [read, setRead] = useState<Read | null>(null);
  const [how, setHow] = useState<"merge" | "replace">("merge");
  const [error, setError] = useState<unknown>(null);
  const readSheet = async (given: { readonly name: string; readonly content: string }, of?: string): Promise<void> => {
    setError(null);
    try {
      const body = { file: given.name, content: given.content, ...(of === undefined ? {} : { sheet: of }) };
      setRead(await ask<Read>("POST", workspacePath(workspace, "table-files"), { body }));
    } catch (refused) {
      setRead(null);
      setError(refused);
    }
  };
  const take = async (chosen: File): Promise<void> => {
    const given = { name: chosen.name, content: await fileAsBase64(chosen) };
    setFile(given);
    await readSheet(given);
  };
  const hasRows = sheet.rows.some(({ cells }) => cells.some((cell) => cell !== ""));
  const isMergeable = hasRows && read !== null && isSameColumns(read.table.columns, sheet.columns);
  const next = read === null ? null : isMergeable && how === "merge" ? merged(sheet, read.table) : sheetOf(read.table);
  return (
    <Modal
      open
      width={640}
      title={text.takeIn}
      okText={text.putIn}
      okButtonProps={{ disabled: next === null }}
      onOk={() => {
        if (next !== null) onPut(next);
      }}
      onCancel={onClose}
    >
      <Space orientation="vertical" style={{ width: "100%" }}>
        <Upload.Dragger
          accept=".xlsx,.csv"
          maxCount={1}
          showUploadList={false}
          beforeUpload={(chosen) => {
            void take(chosen);
            return false;
          }}
        >
          <p>
            <InboxOutlined style={{ fontSize: 28 }} />
          </p>
          <p>{file?.name ?? text.dropHere}</p>
          <Typography.Text type="secondary">{text.dropHint}</Typography.Text>
        </Upload.Dragger>
        {error === null ? null : <ProblemAlert error={error} />}
        {read === null || file === null ? null : (
          <>
            {read.sheets.length > 1 ? (
              <Select
                aria-label={text.sheet}
                defaultValue={read.sheets[0] ?? null}
                style={{ width: 260 }}
                options={read.sheets.map((name) => ({ value: name, label: name }))}
                onChange={(name) => void readSheet(file, name)}
              />
            ) : null}
            <Told read={read} />
            {hasRows ? (
              <Radio.Group value={isMergeable ? how : "replace"} onChange={({ target }) => setHow(target.value as typeof how)}>
                <Space orientation="vertical">
                  <Radio value="merge" disabled={!isMergeable}>
                    {text.merge}
                  </Radio>
                  <Radio value="replace">{text.replace}</Radio>
                </Space>
              </Radio.Group>
            ) : null}
            {hasRows && !isMergeable ? <Typography.Text type="secondary">{text.otherColumns}</Typography.Text> : null}
            {next === null ? null : <ChangeTold before={sheet} after={next} />}
          </>
        )}
      </Space>
    </Modal>
  );
}

function Told({ read: { table, findings } }: { readonly read: Read }) {
  const text = useTexts(tableTexts);
  const words = useTexts(wordTexts);
  const count = (kind: string): number => findings.filter((each) => each.kind === kind).length;
  const [conflict, missing] = [count("conflict"), count("key-missing")];
  return (
    <Alert
      type={conflict + missing > 0 ? "warning" : "success"}
      showIcon
      title={text.fileHas(table.rows.length, words.list(table.columns))}
      description={
        <>
          {text.leftOut(count("blank"), count("repeated"))}
          {conflict + missing > 0 ? <div>{text.wrongRows(conflict, missing)}</div> : null}
        </>
      }
    />
  );
}

function ChangeTold({ before, after }: { readonly before: Sheet; readonly after: Sheet }) {
  const text = useTexts(tableTexts);
  const { added, changed, removed } = changeOf(before, after);
  return <Typography.Text strong>{text.change(added, changed, removed)}</Typography.Text>;
}

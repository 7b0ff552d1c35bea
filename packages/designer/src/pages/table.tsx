/** One mapping table, edited like a sheet: typed, pasted from Excel or taken from a file; what is wrong is marked before it is saved. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Flex, Form, Input, Skeleton, Space, Tag, Typography } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { ask, workspacePath } from "../api/ask.ts";
import { useAnswer } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { tableTexts } from "../language/table-texts.ts";
import { FlowLinks } from "../parts/flow-link.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { useUnsavedGuard } from "../parts/unsaved-guard.ts";
import { usePlace } from "../shell/place.tsx";
import { SheetGrid } from "./tables/sheet-grid.tsx";
import { documentOf, hasSoundColumns, problemsOf, rowOf, sheetOf, type TableDocument } from "./tables/sheet.ts";

const FileDialog = lazy(async () => ({ default: (await import("./tables/file-dialog.tsx")).FileDialog }));
const ID = /^[a-z0-9][a-z0-9-]*$/;

interface TableView {
  readonly id: string;
  readonly revision: number;
  readonly table: TableDocument;
  readonly usedBy: readonly string[];
}

export function TablePage() {
  const { table = "" } = useParams();
  const text = useTexts(tableTexts);
  const { workspace } = usePlace();
  const { data, error, refetch } = useAnswer<TableView>(workspace, `tables/${table}`);
  if (error !== null)
    return (
      <Page title={text.title}>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      </Page>
    );
  return data === undefined ? <Skeleton active /> : <Editor key={`${data.id} ${data.revision}`} view={data} />;
}

export function NewTable() {
  const { newColumn } = useTexts(tableTexts);
  return <Editor view={{ id: "", revision: 0, table: { columns: [newColumn(1), newColumn(2)], rows: [["", ""]] }, usedBy: [] }} />;
}

function Editor({ view }: { readonly view: TableView }) {
  const text = useTexts(tableTexts);
  const { workspace, to, may } = usePlace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const isNew = view.revision === 0;
  const [id, setId] = useState(view.id);
  const [kept, setKept] = useState(() => sheetOf(view.table));
  const [sheet, setSheet] = useState(kept);
  const [isTaking, setTaking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isReadOnly = !may("saveTable", "readTableFile");
  const isDirty = sheet !== kept;
  const problems = useMemo(() => problemsOf(sheet), [sheet]);
  const isSound = problems.size === 0 && hasSoundColumns(sheet) && (!isNew || ID.test(id));
  useUnsavedGuard(isDirty);
  const save = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const table = documentOf(sheet);
      const body = { revision: view.revision, table };
      const saved = await ask<{ rows: number }>("PUT", workspacePath(workspace, `tables/${id}`), { body });
      void message.success(text.saved(saved.rows));
      setKept(sheet);
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      if (isNew) await navigate(to(`tables/${id}`), { replace: true, state: { isSaved: true } });
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  return (
    <Page
      title={
        <Space wrap>
          {isNew ? text.newTitle : view.id}
          {isDirty ? <Tag color="gold">{text.unsaved}</Tag> : null}
        </Space>
      }
      name={isNew ? text.newTitle : view.id}
      about={isNew ? text.twoColumns : <FlowLinks ids={view.usedBy} most={4} none={text.unused} />}
      actions={
        isReadOnly ? null : (
          <>
            <Button onClick={() => setTaking(true)}>{text.takeIn}</Button>
            <Button type="primary" loading={isBusy} disabled={!isSound || (!isDirty && !isNew)} onClick={() => void save()}>
              {text.save}
            </Button>
          </>
        )
      }
    >
      <Flex vertical gap={12}>
        {error === null ? null : <ProblemAlert error={error} />}
        {isDirty && view.usedBy.length > 0 ? <Alert type="info" showIcon title={text.saveWarns(view.usedBy.length)} /> : null}
        {hasSoundColumns(sheet) ? null : <Alert type="error" showIcon title={text.columnsWrong} />}
        {isNew ? (
          <Form layout="vertical" component="div" style={{ maxWidth: 360 }}>
            <Form.Item
              label={text.id}
              htmlFor="table-id"
              extra={text.idHint}
              {...(id === "" || ID.test(id) ? {} : { validateStatus: "error" as const, help: text.idWrong })}
            >
              <Input id="table-id" value={id} maxLength={100} autoComplete="off" onChange={({ target }) => setId(target.value)} />
            </Form.Item>
          </Form>
        ) : null}
        <Card size="small">
          <SheetGrid sheet={sheet} problems={problems} isReadOnly={isReadOnly} onChange={setSheet} />
          {isReadOnly ? null : (
            <Flex gap={12} align="center" wrap style={{ marginTop: 8 }}>
              <Button size="small" onClick={() => setSheet({ ...sheet, rows: [...sheet.rows, rowOf(sheet.columns.map(() => ""))] })}>
                {text.addRow}
              </Button>
              <Button
                size="small"
                onClick={() => setSheet({ ...sheet, columns: [...sheet.columns, text.newColumn(sheet.columns.length + 1)] })}
              >
                {text.addColumn}
              </Button>
              <Typography.Text type="secondary">{text.pasteHint}</Typography.Text>
            </Flex>
          )}
        </Card>
      </Flex>
      {isTaking ? (
        <Suspense fallback={null}>
          <FileDialog
            sheet={sheet}
            onPut={(next) => {
              setSheet(next);
              setTaking(false);
            }}
            onClose={() => setTaking(false)}
          />
        </Suspense>
      ) : null}
    </Page>
  );
}

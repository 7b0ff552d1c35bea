/** Rules and channels are kept alike: a list, one added or changed in a dialog, one removed after a question. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm, Space, type TableColumnsType } from "antd";
import { useState, type ReactNode } from "react";
import type { Items } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import type { Deed } from "../../api/deeds.ts";
import { useAnswer } from "../../api/hooks.ts";
import { alertTexts } from "../../language/alert-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { wordTexts } from "../../language/word-texts.ts";
import { ProblemAlert, useProblemLine } from "../../parts/problem-alert.tsx";
import { Rows } from "../../parts/rows.tsx";
import { usePlace } from "../../shell/place.tsx";
import type { Revised } from "./alert.ts";

interface DocumentListProps<D> {
  /** Below the workspace: `channels`, `alert-rules`. */
  readonly path: string;
  readonly columns: TableColumnsType<Revised<D>>;
  readonly add: string;
  /** What one must be allowed to do to add, change and remove. */
  readonly deeds: readonly Deed[];
  readonly none: string;
  /** What else can be done with one. */
  readonly deed?: (document: D) => ReactNode;
  /** The dialog; null makes a new one. */
  readonly edit: (kept: Revised<D> | null, onClose: () => void) => ReactNode;
}

export function DocumentList<D extends { readonly id: string }>({ path, columns, add, deeds, none, deed, edit }: DocumentListProps<D>) {
  const text = useTexts(alertTexts);
  const words = useTexts(wordTexts);
  const { workspace, may } = usePlace();
  const { data, error, refetch, isPending } = useAnswer<Items<Revised<D>>>(workspace, path);
  const [editing, setEditing] = useState<Revised<D> | "new" | null>(null);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const remove = async (id: string): Promise<void> => {
    try {
      await ask("DELETE", workspacePath(workspace, `${path}/${id}`));
      await queries.invalidateQueries({ queryKey: ["w", workspace, path] });
    } catch (refused) {
      void message.error(line(refused));
    }
  };
  const mayChange = may(...deeds);
  const actions: TableColumnsType<Revised<D>>[number] = {
    title: words.actions,
    render: (_, each) => (
      <Space>
        {deed?.(each.document)}
        <Button size="small" onClick={() => setEditing(each)}>
          {text.edit}
        </Button>
        <Popconfirm title={text.removeAsk} onConfirm={() => void remove(each.document.id)}>
          <Button size="small">{text.remove}</Button>
        </Popconfirm>
      </Space>
    ),
  };
  const make = (
    <Button type="primary" onClick={() => setEditing("new")}>
      {add}
    </Button>
  );
  return (
    <>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {mayChange && (data?.items.length ?? 0) > 0 ? <div style={{ marginBottom: 12 }}>{make}</div> : null}
      <Rows
        isBare
        rowKey={({ document }) => document.id}
        isPending={isPending}
        columns={mayChange ? [...columns, actions] : columns}
        rows={data?.items ?? []}
        none={none}
        todo={mayChange ? make : null}
      />
      {editing === null ? null : edit(editing === "new" ? null : editing, () => setEditing(null))}
    </>
  );
}

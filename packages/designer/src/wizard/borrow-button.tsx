/** 引用方案: chooses a template or flow with the same target API and shows as a diff what it would fill in; nothing changes before it is taken. */
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Empty, Modal, Select, Table, Typography, type TableColumnsType } from "antd";
import { useMemo, useState } from "react";
import { ask, workspacePath } from "../api/ask.ts";
import type { Items } from "../api/answers.ts";
import { useFlows } from "../api/hooks.ts";
import { readDraft, type Edit, type LooseFlow } from "../flow/draft.ts";
import { ownTemplatesKey, type Template } from "../flow/templates.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { wizardTexts } from "../language/wizard-texts.ts";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";
import { borrowed, type Borrowed } from "./borrow.ts";

interface BorrowProps {
  readonly flow: LooseFlow;
  readonly edit: (edit: Edit) => void;
}

export function BorrowButton({ flow, edit }: BorrowProps) {
  const text = useTexts(wizardTexts);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button title={text.borrowHint} disabled={(flow.target?.api ?? "") === ""} onClick={() => setOpen(true)}>
        {text.borrow}
      </Button>
      {isOpen ? <Borrow flow={flow} edit={edit} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function Borrow({ flow, edit, onClose }: BorrowProps & { readonly onClose: () => void }) {
  const text = useTexts(wizardTexts);
  const others = useOthers(flow);
  const [from, setFrom] = useState<string | null>(null);
  const chosen = from ?? others[0]?.value ?? null;
  const { data, error } = useOtherText(chosen);
  const found = useMemo(() => {
    const other = data === undefined ? null : readDraft(data).flow;
    return other === null ? [] : borrowed(flow, other);
  }, [data, flow]);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const taken = found.filter(({ place }) => !left.has(place));
  const columns: TableColumnsType<Borrowed> = [
    {
      title: "",
      width: 40,
      render: (_, { place }) => (
        <Checkbox
          aria-label={place}
          checked={!left.has(place)}
          onChange={({ target }) => setLeft(new Set(target.checked ? [...left].filter((each) => each !== place) : [...left, place]))}
        />
      ),
    },
    { title: text.place, width: "32%", render: (_, { place }) => <span className="mono">{text.parts[place] ?? place}</span> },
    { title: text.now, width: 90, render: () => <Typography.Text type="secondary">{text.empty}</Typography.Text> },
    { title: text.becomes, render: (_, { becomes }) => <span className="mono">{becomes}</span> },
  ];
  return (
    <Modal
      open
      width={860}
      title={text.borrow}
      okText={text.borrowTake(taken.length)}
      cancelText={text.cancel}
      okButtonProps={{ disabled: taken.length === 0 }}
      onOk={() => {
        edit({ kind: "many", edits: taken.flatMap(({ edits }) => edits) });
        onClose();
      }}
      onCancel={onClose}
    >
      <Typography.Paragraph type="secondary">{text.borrowHint}</Typography.Paragraph>
      {others.length === 0 ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.borrowNone} /> : null}
      {chosen === null ? null : (
        <Select
          aria-label={text.borrowFrom}
          showSearch={{ optionFilterProp: "label" }}
          style={{ width: "100%", marginBottom: 12 }}
          value={chosen}
          options={[...others]}
          onChange={setFrom}
        />
      )}
      {error === null ? null : <ProblemAlert error={error} />}
      {data === undefined ? null : (
        <Table
          size="small"
          rowKey="place"
          columns={columns}
          dataSource={[...found]}
          pagination={false}
          scroll={{ y: 360 }}
          locale={{ emptyText: text.borrowNothing }}
        />
      )}
    </Modal>
  );
}

/** `t:` templates, `o:` the workspace's own, `f:` flows. */
function useOthers(flow: LooseFlow): readonly { readonly value: string; readonly label: string }[] {
  const text = useTexts(wizardTexts);
  const { pick } = useLanguage();
  const { workspace, may } = usePlace();
  const flows = useFlows(workspace).data?.items ?? [];
  const templates =
    useQuery({ queryKey: ["templates"], queryFn: ({ signal }) => ask<Items<Template>>("GET", "/api/v1/templates", { signal }) }).data
      ?.items ?? [];
  const own =
    useQuery({
      queryKey: ownTemplatesKey(workspace),
      enabled: may("listOwnTemplates", "showOwnTemplate"),
      queryFn: ({ signal }) => ask<Items<Template>>("GET", workspacePath(workspace, "templates"), { signal }),
    }).data?.items ?? [];
  const api = flow.target?.api;
  return [
    ...flows
      .filter(({ id, target }) => id !== flow.id && target?.api === api)
      .map(({ id, name }) => ({ value: `f:${id}`, label: `${text.flow} · ${name ?? id}` })),
    ...[...own.map((each) => ({ ...each, kind: "o" })), ...templates.map((each) => ({ ...each, kind: "t" }))]
      .filter(({ target }) => target.api === api)
      .map(({ kind, id, name }) => ({ value: `${kind}:${id}`, label: `${text.template} · ${pick(name)}` })),
  ];
}

function useOtherText(chosen: string | null) {
  const { workspace } = usePlace();
  const id = chosen?.slice(2) ?? "";
  return useQuery({
    queryKey: ["borrow", workspace, chosen],
    enabled: chosen !== null,
    queryFn: async () => {
      const place = {
        t: `/api/v1/templates/${id}`,
        o: workspacePath(workspace, `templates/${id}`),
        f: workspacePath(workspace, `flows/${id}`),
      };
      return (await ask<{ text: string }>("GET", place[(chosen?.[0] ?? "f") as keyof typeof place])).text;
    },
  });
}

/** What the flow's reconciliation compares beyond existence, and how the target's documents are listed. */
import { Card, Collapse, Form, Typography } from "antd";
import { memo } from "react";
import type { Api } from "../api/answers.ts";
import { useConnections, useConnector } from "../api/hooks.ts";
import type { Edit, LooseFlow } from "../flow/draft.ts";
import { fieldOptions, flatFields, sourceFields } from "../flow/fields.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { ruleTexts } from "../language/rule-texts.ts";
import { usePlace } from "../shell/place.tsx";
import { ChoiceItem, Items, ListItem, RowsItem, TextItem, type Option } from "./items.tsx";
import { isSameForm } from "./same-form.ts";

export const ReconcileSection = memo(ReconcileSectionForm, isSameForm);

interface ReconcileSectionProps {
  readonly flow: LooseFlow;
  readonly from: Api | undefined;
  readonly to: Api | undefined;
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

type TargetField = Api["request"][number];

function targetPaths(fields: readonly TargetField[], language: string, above = ""): readonly (Option & { readonly isList: boolean })[] {
  return fields.flatMap((field) => {
    const { children = [] } = field;
    const path = above === "" ? field.field : `${above}.${field.field}`;
    return [
      ...fieldOptions([{ ...field, path }], language).map((option) => ({ ...option, isList: children.length > 0 })),
      ...targetPaths(children, language, path),
    ];
  });
}

function ReconcileSectionForm({ flow, from, to, edit, isReadOnly }: ReconcileSectionProps) {
  const text = useTexts(ruleTexts);
  const { language, pick } = useLanguage();
  const { workspace } = usePlace();
  const connection = (useConnections(workspace).data?.items ?? []).find(({ id }) => id === flow.target?.connection);
  const apis = useConnector(workspace, connection?.system ?? null).data?.apis ?? [];
  const rule = flow.reconcile;
  const paths = targetPaths(to?.request ?? [], language);
  const values = paths.filter(({ isList }) => !isList);
  const sources = fieldOptions(flatFields(sourceFields(from, { source: flow.source } as LooseFlow)), language);
  const set = (key: string, value: unknown): void => edit({ kind: "set", path: ["reconcile", key], value });
  const form = (
    <Form layout="vertical" component="div" disabled={isReadOnly}>
      <Typography.Paragraph type="secondary">{text.reconcileHint}</Typography.Paragraph>
      <Items>
        <TextItem
          at={["reconcile", "lines"]}
          label={text.lines}
          help={text.linesHint}
          value={rule?.lines}
          options={paths.filter(({ isList }) => isList)}
          edit={edit}
        />
        <TextItem at={["reconcile", "day"]} label={text.day} value={rule?.day} options={values} edit={edit} />
        <ListItem
          at={["reconcile", "groups"]}
          label={text.groups}
          help={text.groupsHint}
          value={rule?.groups}
          options={values}
          edit={edit}
        />
      </Items>
      <RowsItem
        at={["reconcile", "sums"]}
        label={text.sums}
        rows={(rule?.sums ?? []).map(({ target, source = "", tolerance = "" }) => ({ target, source, tolerance }))}
        columns={[
          { key: "target", label: text.target, options: values },
          { key: "source", label: text.source, options: sources },
          { key: "tolerance", label: text.tolerance },
        ]}
        onChange={(rows) => set("sums", rows.length === 0 ? undefined : rows.map(withoutEmpty))}
      />
      <Items>
        <ChoiceItem
          at={["reconcile", "list", "api"]}
          whole={["reconcile", "list"]}
          label={text.list}
          help={text.listHint}
          value={rule?.list?.api}
          options={apis
            .filter(({ direction }) => direction === "query")
            .map(({ code, name }) => ({ value: code, label: `${pick(name)}  ${code}` }))}
          edit={edit}
        />
        {rule?.list === undefined ? null : (
          <TextItem at={["reconcile", "list", "key"]} label={text.listKey} help={text.listKeyHint} value={rule.list.key} edit={edit} />
        )}
      </Items>
      {rule?.list === undefined ? null : (
        <RowsItem
          at={["reconcile", "list", "params"]}
          label={text.listParams}
          rows={Object.entries(rule.list.params ?? {}).map(([name, value]) => ({ name, value: value ?? "" }))}
          columns={[
            { key: "name", label: text.param },
            { key: "value", label: text.value },
          ]}
          onChange={(rows) =>
            set("list", {
              ...rule.list,
              params: rows.length === 0 ? undefined : Object.fromEntries(rows.map((row) => [row["name"] ?? "", row["value"] ?? ""])),
            })
          }
        />
      )}
    </Form>
  );
  return (
    <Card size="small" style={{ marginBottom: 12 }}>
      <Collapse size="small" ghost items={[{ key: "reconcile", label: text.reconcile, children: form }]} />
    </Card>
  );
}

/** What is not filled in is not written; a sum without its target stays, to be seen as missing. */
function withoutEmpty(row: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(row).filter(([key, value]) => key === "target" || value !== ""));
}

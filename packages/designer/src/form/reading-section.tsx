/** What of the source is taken: the condition, where reading begins, keys, extra columns, bills taken back, a second reading for what was missed. */
import { Card, Collapse, Form } from "antd";
import { lazy, memo, Suspense } from "react";
import type { Api } from "../api/answers.ts";
import type { Edit, LooseFlow } from "../flow/draft.ts";
import { fieldOptions, flatFields, sourceFields, type FieldOption } from "../flow/fields.ts";
import { formTexts } from "../language/form-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { ConditionEditor } from "./condition-editor.tsx";
import { ChoiceItem, Item, Items, ListItem, NumberItem, optionsOf, RowsItem, SwitchItem, TextItem } from "./items.tsx";
import { isSameForm } from "./same-form.ts";

const OtherFlowItems = lazy(async () => ({ default: (await import("./other-flow-items.tsx")).OtherFlowItems }));

export const ReadingSection = memo(ReadingSectionForm, isSameForm);

interface ReadingSectionProps {
  readonly flow: LooseFlow;
  readonly from: Api | undefined;
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

function ReadingSectionForm({ flow, from, edit, isReadOnly }: ReadingSectionProps) {
  const text = useTexts(formTexts);
  const { source } = flow;
  const { language } = useLanguage();
  const fields = fieldOptions(flatFields(sourceFields(from, { source: flow.source } as LooseFlow)), language);
  const params = fieldOptions(
    (from?.request ?? []).map((field) => ({ ...field, path: field.field })),
    language,
  );
  return (
    <Card size="small" title={text.condition} style={{ marginBottom: 12 }}>
      <Form layout="vertical" component="div" disabled={isReadOnly}>
        <Item at={["source", "condition"]} label="" help={text.conditionHint}>
          <ConditionEditor at={["source", "condition"]} condition={source?.condition} fields={fields} edit={edit} isReadOnly={isReadOnly} />
        </Item>
        <Collapse
          size="small"
          items={[
            {
              key: "more",
              label: text.reading,
              children: (
                <>
                  <Details flow={flow} from={from} fields={fields} params={params} edit={edit} isReadOnly={isReadOnly} />
                  <Suspense fallback={null}>
                    <OtherFlowItems flow={flow} from={from} edit={edit} />
                  </Suspense>
                </>
              ),
            },
          ]}
        />
      </Form>
    </Card>
  );
}

interface DetailsProps extends ReadingSectionProps {
  readonly fields: readonly FieldOption[];
  readonly params: readonly FieldOption[];
}

function Details({ flow, from, fields, params, edit, isReadOnly }: DetailsProps) {
  const text = useTexts(formTexts);
  const { source } = flow;
  const pairs = (key: "columns", rows: Readonly<Record<string, string>> | undefined) => (
    <RowsItem
      at={["source", key]}
      label={text.columns}
      rows={Object.entries(rows ?? {}).map(([name, column]) => ({ name, column }))}
      columns={[
        { key: "name", label: text.columnName },
        { key: "column", label: text.columnKey },
      ]}
      onChange={(next) =>
        edit({
          kind: "set",
          path: ["source", key],
          value: next.length === 0 ? undefined : Object.fromEntries(next.map((row) => [row["name"] ?? "", row["column"] ?? ""])),
        })
      }
    />
  );
  return (
    <>
      <Items>
        <SwitchItem
          at={["source", "watermark"]}
          label={text.isIncrement}
          value={source?.watermark !== undefined}
          on={{ start: "-30d" }}
          edit={edit}
        />
        {source?.watermark === undefined ? null : (
          <>
            <NumberItem at={["source", "watermark", "lagS"]} label={text.lag} value={source.watermark.lagS} edit={edit} />
            <NumberItem at={["source", "watermark", "overlapS"]} label={text.overlap} value={source.watermark.overlapS} edit={edit} />
          </>
        )}
        <NumberItem at={["source", "pageSize"]} label={text.pageSize} value={source?.pageSize} min={1} edit={edit} />
        <ListItem
          at={["source", "id"]}
          label={text.sourceId}
          value={source?.id}
          options={fields}
          placeholder={text.presetIs((from?.id ?? []).join(", "))}
          edit={edit}
        />
        <TextItem
          at={["source", "number"]}
          label={text.sourceNumber}
          value={source?.number}
          options={fields}
          placeholder={text.presetIs(from?.number ?? "")}
          edit={edit}
        />
        <SwitchItem at={["source", "learn"]} label={text.learn} value={source?.learn === true} edit={edit} />
      </Items>
      {pairs("columns", source?.columns)}
      <Items min={300}>
        <ChoiceItem
          at={["source", "withdrawn", "action"]}
          whole={["source", "withdrawn"]}
          label={text.withdrawn}
          value={source?.withdrawn?.action}
          options={optionsOf(text.withdrawns)}
          // A rule of what is taken back needs its condition at once.
          edit={(made) =>
            edit(
              made.kind === "set" && made.value !== undefined && source?.withdrawn === undefined
                ? {
                    kind: "set",
                    path: ["source", "withdrawn"],
                    value: { when: [[{ field: "", logic: "eq", value: "" }]], action: made.value },
                  }
                : made,
            )
          }
        />
        <TextItem
          at={["source", "remedy", "cron"]}
          label={`${text.remedy} · ${text.remedyCron}`}
          value={source?.remedy?.cron}
          edit={(made) =>
            edit(
              made.kind !== "set" || (made.value !== undefined && source?.remedy !== undefined)
                ? made
                : {
                    kind: "set",
                    path: ["source", "remedy"],
                    value: made.value === undefined ? undefined : { cron: made.value, params: {} },
                  },
            )
          }
        />
      </Items>
      {source?.withdrawn === undefined ? null : (
        <Item at={["source", "withdrawn", "when"]} label={text.withdrawnWhen}>
          <ConditionEditor
            at={["source", "withdrawn", "when"]}
            condition={source.withdrawn.when}
            fields={fields}
            edit={edit}
            isReadOnly={isReadOnly}
          />
        </Item>
      )}
      {source?.remedy === undefined ? null : (
        <RowsItem
          at={["source", "remedy", "params"]}
          label={text.remedyParams}
          rows={Object.entries(source.remedy.params).map(([name, value]) => ({ name, value: value ?? "" }))}
          columns={[
            {
              key: "name",
              label: text.field,
              options: params,
            },
            { key: "value", label: text.expression },
          ]}
          onChange={(rows) =>
            edit({
              kind: "set",
              path: ["source", "remedy", "params"],
              value: Object.fromEntries(rows.map((row) => [row["name"] ?? "", row["value"] ?? ""])),
            })
          }
        />
      )}
    </>
  );
}

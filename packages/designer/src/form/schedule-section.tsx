/** When a flow reads and writes, what it waits for and what sets it off, and how often it tries again. */
import { Card, Collapse, Form } from "antd";
import { memo } from "react";
import { useFlows } from "../api/hooks.ts";
import type { Edit, LooseFlow } from "../flow/draft.ts";
import { formTexts } from "../language/form-texts.ts";
import { useTexts } from "../language/language.tsx";
import { usePlace } from "../shell/place.tsx";
import { ChoiceItem, Items, ListItem, NumberItem, optionsOf, TextItem } from "./items.tsx";
import { isSameForm } from "./same-form.ts";

export const ScheduleSection = memo(ScheduleSectionForm, isSameForm);

interface ScheduleSectionProps {
  readonly flow: LooseFlow;
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

function ScheduleSectionForm({ flow, edit, isReadOnly }: ScheduleSectionProps) {
  const text = useTexts(formTexts);
  const { dispatch } = flow;
  const { workspace } = usePlace();
  const flows = (useFlows(workspace).data?.items ?? [])
    .filter(({ id }) => id !== flow.id)
    .map(({ id, name }) => ({ value: id, label: `${name ?? ""} ${id}`.trim() }));
  const presets = Object.entries(text.presets).map(([value, label]) => ({ value, label: `${label}  ${value}` }));
  // Without a cron a side has no schedule at all.
  const cron = (side: "source" | "target", label: string) => (
    <TextItem
      at={["dispatch", side, "cron"]}
      label={label}
      value={dispatch?.[side]?.cron}
      options={presets}
      edit={(made) =>
        edit(made.kind === "set" && made.value === undefined ? { kind: "set", path: ["dispatch", side], value: undefined } : made)
      }
    />
  );
  const more = (side: "source" | "target") => (
    <Items>
      <ListItem
        at={["dispatch", side, "windows"]}
        label={text.windows}
        help={text.windowsHint}
        value={dispatch?.[side]?.windows}
        edit={edit}
      />
      <ChoiceItem
        at={["dispatch", side, "misfire"]}
        label={text.misfire}
        value={dispatch?.[side]?.misfire}
        options={optionsOf(text.misfires)}
        edit={edit}
      />
      <TextItem at={["dispatch", side, "zone"]} label={text.zone} value={dispatch?.[side]?.zone} edit={edit} />
    </Items>
  );
  const extra = [
    ...(dispatch?.source === undefined ? [] : [{ key: "source", label: `${text.readEvery} · ${text.more}`, children: more("source") }]),
    ...(dispatch?.target === undefined ? [] : [{ key: "target", label: `${text.writeEvery} · ${text.more}`, children: more("target") }]),
  ];
  return (
    <Card size="small" title={text.schedule} style={{ marginBottom: 12 }}>
      <Form layout="vertical" component="div" disabled={isReadOnly}>
        <Items>
          {cron("source", text.readEvery)}
          {cron("target", text.writeEvery)}
          <NumberItem
            at={["dispatch", "retries", "count"]}
            whole={["dispatch", "retries"]}
            label={text.retries}
            help={text.retriesHint}
            value={dispatch?.retries?.count}
            placeholder="5"
            max={20}
            edit={edit}
          />
          {dispatch?.retries === undefined ? null : (
            <ListItem
              at={["dispatch", "retries", "delaysS"]}
              label={text.delays}
              value={dispatch.retries.delaysS}
              placeholder="20, 300, 3600"
              isNumbers
              edit={edit}
            />
          )}
          <NumberItem at={["dispatch", "priority"]} label={text.priority} value={dispatch?.priority} min={1} max={9} edit={edit} />
          <ChoiceItem
            at={["dispatch", "after"]}
            label={text.after}
            help={text.afterHint}
            value={dispatch?.after}
            options={flows}
            edit={edit}
          />
          <ChoiceItem
            at={["dispatch", "precondition", "flow"]}
            whole={["dispatch", "precondition"]}
            label={text.precondition}
            help={text.preconditionHint}
            value={dispatch?.precondition?.flow}
            options={flows}
            edit={edit}
          />
          {dispatch?.precondition === undefined ? null : (
            <>
              <NumberItem
                at={["dispatch", "precondition", "withinMinutes"]}
                label={text.within}
                value={dispatch.precondition.withinMinutes}
                min={1}
                edit={edit}
              />
              <NumberItem
                at={["dispatch", "precondition", "waitMinutes"]}
                label={text.wait}
                value={dispatch.precondition.waitMinutes}
                edit={edit}
              />
            </>
          )}
        </Items>
        {extra.length === 0 ? null : <Collapse size="small" items={extra} />}
      </Form>
    </Card>
  );
}

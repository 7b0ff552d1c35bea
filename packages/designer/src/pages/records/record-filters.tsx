/** What narrows the bills of a flow: the flow, a number, and unfolded the time, the code, saved views, columns, export. */
import { Button, Card, Checkbox, Dropdown, Flex, Input, Select, Space } from "antd";
import { memo } from "react";
import type { Status } from "../../api/answers.ts";
import { workspacePath } from "../../api/ask.ts";
import { failureTexts } from "../../language/failure-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { usePlace } from "../../shell/place.tsx";
import { BulkRetry } from "./bulk-retry.tsx";
import { Narrowing, NARROWING, narrowingOf } from "./narrowing.tsx";
import { COLUMNS, shownColumns, useColumnNames, type ColumnName } from "./record-table.tsx";
import { filterText } from "./record-pages.ts";
import { SavedViews } from "./saved-views.tsx";

/** Changes what of the address is told; null: away with it. */
export type SetFilter = (changes: Readonly<Record<string, string | null>>) => void;

export interface FlowOption {
  readonly value: string;
  readonly label: string;
}

/** Of the choice of a flow: none in particular. */
export const ALL_FLOWS = "";

const NONE = { status: null, number: null, by: null, code: null, cause: null, from: null, to: null };

interface FiltersProps {
  readonly flow: string;
  readonly options: readonly FlowOption[];
  readonly params: URLSearchParams;
  readonly set: SetFilter;
  readonly failed: number;
}

/** Of small parts that are drawn anew only where what they show is another: a click on a status changes none of them but the retry. */
export function RecordFilters({ flow, options, params, set, failed }: FiltersProps) {
  const { may } = usePlace();
  const isNarrowed = NARROWING.some((name) => params.has(name));
  const isOpen = params.get("more") === "1" || isNarrowed;
  const canRetry = may("startBulk", "sampleRetry") && params.get("status") === "failed" && !params.has("from") && !params.has("to");
  return (
    <>
      <div className="filter-line">
        <FlowChoice flow={flow} options={options} set={set} />
        <NumberSearch key={params.get("number") ?? ""} number={params.get("number") ?? ""} set={set} />
        <Ways isOpen={isOpen} isNarrowed={isNarrowed} set={set} />
        {canRetry ? <Retry flow={flow} code={params.get("code")} cause={params.get("cause")} failed={failed} /> : null}
      </div>
      {isOpen ? <Narrowing params={params} set={set} /> : null}
      {isOpen ? (
        <Flex gap={8} wrap align="center" style={{ marginBottom: 12 }}>
          <SavedViews />
          <ColumnChoice shown={params.get("cols")} set={set} />
          <Export flow={flow} params={params} />
        </Flex>
      ) : null}
    </>
  );
}

const FlowChoice = memo(function FlowChoice({ flow, options, set }: Pick<FiltersProps, "flow" | "options" | "set">) {
  const text = useTexts(recordTexts);
  return (
    <Select
      aria-label={text.chooseFlow}
      value={flow}
      showSearch={{ optionFilterProp: "label" }}
      style={{ minWidth: 240, maxWidth: "100%" }}
      options={options.length < 2 ? (options as FlowOption[]) : [{ value: ALL_FLOWS, label: text.allFlows }, ...options]}
      onChange={(id) => set({ ...NONE, flow: id })}
    />
  );
});

const NumberSearch = memo(function NumberSearch({ number, set }: { readonly number: string; readonly set: SetFilter }) {
  const text = useTexts(recordTexts);
  return (
    <Input.Search
      aria-label={text.findHere}
      placeholder={text.findHere}
      defaultValue={number}
      allowClear
      enterButton={text.query}
      style={{ width: 270, maxWidth: "100%" }}
      onSearch={(value) => set({ number: value.trim() })}
    />
  );
});

const Ways = memo(function Ways({
  isOpen,
  isNarrowed,
  set,
}: {
  readonly isOpen: boolean;
  readonly isNarrowed: boolean;
  readonly set: SetFilter;
}) {
  const text = useTexts(recordTexts);
  const failures = useTexts(failureTexts);
  return (
    <>
      <Button onClick={() => set(NONE)}>{text.reset}</Button>
      <Button type="link" disabled={isNarrowed} onClick={() => set({ more: isOpen ? null : "1" })} aria-expanded={isOpen}>
        {isOpen ? failures.fold : failures.unfold}
      </Button>
    </>
  );
});

interface RetryProps {
  readonly flow: string;
  readonly code: string | null;
  readonly cause: string | null;
  readonly failed: number;
}

const Retry = memo(function Retry({ flow, code, cause, failed }: RetryProps) {
  const text = useTexts(recordTexts);
  const failures = useTexts(failureTexts);
  return (
    <BulkRetry
      flow={flow}
      selection={{ status: "failed", ...(code === null ? {} : { code }), ...(cause === null ? {} : { cause }) }}
      label={code === null && cause === null ? text.retryAll(failed) : failures.retryGroup}
      isOff={failed === 0}
    />
  );
});

function Export({ flow, params }: Pick<FiltersProps, "flow" | "params">) {
  const failures = useTexts(failureTexts);
  const { language } = useLanguage();
  const { workspace } = usePlace();
  const status = (params.get("status") as Status | null) ?? null;
  const query = new URLSearchParams(filterText({ status, number: params.get("number") ?? "", narrowed: narrowingOf(params) }));
  query.set("language", language);
  return (
    <Button
      href={workspacePath(workspace, `flows/${flow}/records/export?${query.toString()}`)}
      download={`${flow}.xlsx`}
      title={failures.exportHint}
    >
      {failures.exportExcel}
    </Button>
  );
}

function ColumnChoice({ shown, set }: { readonly shown: string | null; readonly set: SetFilter }) {
  const failures = useTexts(failureTexts);
  const names = useColumnNames();
  const chosen = shownColumns(shown);
  const choose = (name: ColumnName, isOn: boolean): void => {
    const next = COLUMNS.filter((each) => (each === name ? isOn : chosen.includes(each)));
    set({ cols: next.length === COLUMNS.length ? null : next.join(",") || "none" });
  };
  return (
    <Dropdown
      trigger={["click"]}
      popupRender={() => (
        <Card size="small">
          <Space orientation="vertical">
            {COLUMNS.map((name) => (
              <Checkbox key={name} checked={chosen.includes(name)} onChange={({ target }) => choose(name, target.checked)}>
                {names[name]}
              </Checkbox>
            ))}
          </Space>
        </Card>
      )}
    >
      <Button>{failures.columns}</Button>
    </Dropdown>
  );
}

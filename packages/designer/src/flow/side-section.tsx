/** The source or the target of a flow: connection, API, and what the call takes. */
import { AutoComplete, Card, Collapse, Form, Input, Select, Table, Tag, Typography, type TableColumnsType } from "antd";
import { memo } from "react";
import { connectionOptions } from "../parts/connection-options.ts";
import { captionOf, helpOf } from "./fields.ts";
import type { Api, Connector, Field } from "../api/answers.ts";
import { useConnections, useConnector } from "../api/hooks.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { usePlace } from "../shell/place.tsx";
import type { Edit, LooseFlow } from "./draft.ts";
import { isSameForm } from "../form/same-form.ts";

/** Of a connection: its system's connector, as far as it is loaded. */
function useConnectorOf(connection: string | undefined): Connector | undefined {
  const { workspace } = usePlace();
  const rows = useConnections(workspace).data?.items ?? [];
  const system = connection === "datong" ? "datong" : (rows.find(({ id }) => id === connection)?.system ?? null);
  return useConnector(workspace, system).data;
}

/** What the source answers and what the target takes, as far as it is loaded. */
export function useApis(flow: LooseFlow | null): { readonly from: Api | undefined; readonly to: Api | undefined } {
  const source = useConnectorOf(flow?.source?.connection);
  const target = useConnectorOf(flow?.target?.connection);
  return {
    from: source?.apis.find(({ code }) => code === flow?.source?.api),
    to: target?.apis.find(({ code }) => code === flow?.target?.api),
  };
}

export const SideSection = memo(SideSectionForm, isSameForm);

interface SideSectionProps {
  readonly side: "source" | "target";
  readonly flow: LooseFlow;
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
  /** Whether parameters are shown from the start. */
  readonly isOpen?: boolean;
}

function SideSectionForm({ side, flow, edit, isReadOnly, isOpen = false }: SideSectionProps) {
  const text = useTexts(flowTexts);
  const { pick } = useLanguage();
  const { workspace } = usePlace();
  const rows = useConnections(workspace).data?.items ?? [];
  const given = flow[side];
  const connector = useConnectorOf(given?.connection);
  const direction = side === "source" ? "query" : "write";
  const apis = (connector?.apis ?? []).filter((api) => api.direction === direction && !api.code.endsWith(":probe"));
  const api = apis.find(({ code }) => code === given?.api);
  const choose = (code: string): void => {
    edit({ kind: "set", path: [side, "api"], value: code });
    const chosen = apis.find((each) => each.code === code);
    if (side === "source" && chosen !== undefined && given?.api !== code) presetParams(chosen, edit);
  };
  return (
    <Card size="small" title={side === "source" ? text.source : text.target} style={{ marginBottom: 12, minWidth: 0 }}>
      <Form layout="vertical" component="div" disabled={isReadOnly}>
        <Form.Item label={text.connection} htmlFor={`${side}-connection`}>
          <Select
            id={`${side}-connection`}
            showSearch={{ optionFilterProp: "label" }}
            placeholder={text.chooseConnection}
            value={given?.connection || null}
            options={connectionOptions(rows)}
            onChange={(id: string) => edit({ kind: "set", path: [side, "connection"], value: id })}
          />
        </Form.Item>
        <Form.Item label={text.api} htmlFor={`${side}-api`} style={{ marginBottom: 8 }}>
          <Select
            id={`${side}-api`}
            showSearch={{ optionFilterProp: "label" }}
            placeholder={text.chooseApi}
            value={given?.api || null}
            options={apis.map(({ code, name }) => ({ value: code, label: `${pick(name)}  ${code}` }))}
            onChange={choose}
          />
        </Form.Item>
      </Form>
      {side === "source" ? (
        <SourceDetails flow={flow} api={api} edit={edit} isReadOnly={isReadOnly} isOpen={isOpen} />
      ) : (
        <ParamTable
          at={["target", "options"]}
          fields={api?.options ?? []}
          values={flow.target?.options ?? {}}
          edit={edit}
          isReadOnly={isReadOnly}
          isOpen={isOpen}
        />
      )}
    </Card>
  );
}

/** What the API presets; increments where a preset reads the last run's time. */
function presetParams(api: Api, edit: (edit: Edit) => void): void {
  const presets = api.request.filter(({ default: preset, place }) => preset !== undefined && preset !== "" && place !== "column");
  edit({
    kind: "set",
    path: ["source", "params"],
    value: Object.fromEntries(presets.map(({ field, default: preset }) => [field, preset])),
  });
  const reads = presets.some(({ default: preset }) => preset?.includes("LAST_SYNC_TIME") === true);
  edit({ kind: "set", path: ["source", "watermark"], value: reads ? { start: "-30d" } : undefined });
}

function SourceDetails({
  flow,
  api,
  edit,
  isReadOnly,
  isOpen = false,
}: Omit<SideSectionProps, "side"> & { readonly api: Api | undefined }) {
  const text = useTexts(flowTexts);
  const { source } = flow;
  const fields = (api?.request ?? []).filter(({ place }) => place !== "column");
  return (
    <>
      <ParamTable
        at={["source", "params"]}
        fields={fields}
        values={source?.params ?? {}}
        edit={edit}
        isReadOnly={isReadOnly}
        isOpen={isOpen}
      />
      {source?.watermark === undefined ? null : (
        <Form layout="vertical" component="div" disabled={isReadOnly} style={{ marginTop: 12 }}>
          <Form.Item label={text.start} extra={text.startHint} htmlFor="watermark-start" style={{ marginBottom: 0 }}>
            <Input
              id="watermark-start"
              value={source.watermark.start ?? ""}
              style={{ maxWidth: 240 }}
              onChange={({ target }) =>
                edit({ kind: "set", path: ["source", "watermark", "start"], value: target.value === "" ? undefined : target.value })
              }
            />
          </Form.Item>
        </Form>
      )}
    </>
  );
}

const VARIABLES = [
  "{{LAST_SYNC_TIME|datetime}}",
  "{{CURRENT_TIME|datetime}}",
  "{{PAGINATION_START_PAGE}}",
  "{{PAGINATION_START_ROW}}",
  "{{PAGINATION_PAGE_SIZE}}",
];

interface ParamTableProps {
  readonly at: readonly [string, string];
  readonly fields: readonly Field[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
  readonly isOpen: boolean;
}

function ParamTable({ at, fields, values, edit, isReadOnly, isOpen }: ParamTableProps) {
  const text = useTexts(flowTexts);
  const { language } = useLanguage();
  const declared = new Set(fields.map(({ field }) => field));
  const others = Object.keys(values).filter((name) => !declared.has(name));
  const rows = [...fields, ...others.map((field): Field => ({ field, label: "" }))];
  if (rows.length === 0) return at[0] === "source" ? <Typography.Text type="secondary">{text.noParams}</Typography.Text> : null;
  const given = rows.filter(({ field }) => (values[field] ?? "") !== "").length;
  const columns: TableColumnsType<Field> = [
    {
      title: text.parameter,
      width: "38%",
      render: (_, field) => (
        <>
          {captionOf(field, language)} {field.required === true ? <Tag color="red">{text.requiredMark}</Tag> : null}
          <div className="mono">{field.field}</div>
          {helpOf(field, language) === "" ? null : (
            <Typography.Text type="secondary" style={{ fontSize: 12 }}>
              {helpOf(field, language)}
            </Typography.Text>
          )}
        </>
      ),
    },
    {
      title: text.value,
      render: (_, { field, options }) => (
        <AutoComplete
          aria-label={field}
          disabled={isReadOnly}
          style={{ width: "100%" }}
          value={values[field] === undefined || values[field] === null ? "" : String(values[field])}
          options={(options ?? VARIABLES).map((value) => ({ value }))}
          showSearch={{
            filterOption: (typed, option) =>
              typed.endsWith("{") || (typed !== "" && option?.value.startsWith(typed) === true) || options !== undefined,
          }}
          onChange={(value: string) => edit({ kind: "set", path: [...at, field], value: value === "" ? undefined : value })}
        />
      ),
    },
  ];
  const table = <Table size="small" rowKey="field" tableLayout="fixed" columns={columns} dataSource={rows} pagination={false} />;
  return (
    <Collapse
      size="small"
      defaultActiveKey={isOpen ? ["params"] : []}
      items={[{ key: "params", label: `${text.params} · ${given} / ${rows.length}`, children: table }]}
    />
  );
}

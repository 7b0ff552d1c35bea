/** Rules: which condition of which flows goes to which channels. */
import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, InputNumber, Modal, Select, type TableColumnsType } from "antd";
import { useState } from "react";
import { ask, workspacePath } from "../../api/ask.ts";
import { useFlows } from "../../api/hooks.ts";
import { alertTexts } from "../../language/alert-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { wordTexts } from "../../language/word-texts.ts";
import { FlowLinks } from "../../parts/flow-link.tsx";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";
import { BOUNDS, DIGEST, type Revised, type RuleDocument } from "./alert.ts";
import { useChannels } from "./channels.tsx";
import { DocumentList } from "./document-list.tsx";

export function Rules() {
  const text = useTexts(alertTexts);
  const words = useTexts(wordTexts);
  const columns: TableColumnsType<Revised<RuleDocument>> = [
    { title: text.rule, render: (_, { document }) => document.id },
    {
      title: text.when,
      render: (_, { document }) => {
        const { when, at, calls } = document;
        const bound = when === DIGEST ? at : document[BOUNDS[when] ?? "count"];
        return `${text.whens[when] ?? when} ${bound ?? ""}${calls === undefined ? "" : text.withCalls(calls)}`;
      },
    },
    {
      title: text.flow,
      render: (_, { document }) => (document.flows === undefined ? words.all : <FlowLinks ids={document.flows} />),
    },
    { title: text.toChannels, render: (_, { document }) => document.channels.join(", ") },
  ];
  return (
    <DocumentList
      path="alert-rules"
      columns={columns}
      add={text.addRule}
      deeds={["saveAlertRule", "removeAlertRule"]}
      none={text.noneRules}
      edit={(rule, onClose) => <RuleModal rule={rule} onClose={onClose} />}
    />
  );
}

interface Given {
  readonly id: string;
  readonly when: string;
  readonly bound?: number;
  readonly calls?: number;
  readonly at?: string;
  readonly channels: readonly string[];
  readonly flows?: readonly string[];
  readonly mentions?: readonly string[];
  readonly repeatMinutes?: number | null;
}

function RuleModal({ rule, onClose }: { readonly rule: Revised<RuleDocument> | null; readonly onClose: () => void }) {
  const text = useTexts(alertTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const [form] = Form.useForm<Given>();
  const when = Form.useWatch("when", form) ?? "failures";
  const [error, setError] = useState<unknown>(null);
  const channels = useChannels(workspace).data?.items ?? [];
  const flows = useFlows(workspace).data?.items ?? [];
  const save = async ({ id, when: chosen, bound, calls, at, channels: to, flows: only, mentions, repeatMinutes }: Given): Promise<void> => {
    setError(null);
    const { flows: _flows, mentions: _mentions, repeatMinutes: _repeat, ...kept } = rule?.document ?? {};
    const document = {
      // What the form does not have stays; what was cleared in it goes.
      ...kept,
      id,
      when: chosen,
      ...(chosen === DIGEST ? { at } : { [BOUNDS[chosen] ?? "count"]: bound }),
      ...(chosen === "error-rate" ? { calls } : {}),
      channels: to,
      ...(only === undefined || only.length === 0 ? {} : { flows: only }),
      ...(mentions === undefined || mentions.length === 0 ? {} : { mentions }),
      ...(repeatMinutes === undefined || repeatMinutes === null ? {} : { repeatMinutes }),
    };
    try {
      await ask("PUT", workspacePath(workspace, `alert-rules/${id}`), { body: { revision: rule?.revision ?? 0, document } });
      await queries.invalidateQueries({ queryKey: ["w", workspace, "alert-rules"] });
      onClose();
    } catch (refused) {
      setError(refused);
    }
  };
  const rules = [{ required: true, message: text.required }];
  const before = rule?.document;
  return (
    <Modal open title={text.rule} okText={text.save} onOk={() => form.submit()} onCancel={onClose}>
      <Form
        form={form}
        layout="vertical"
        initialValues={
          before === undefined
            ? { when: "failures", bound: 1, calls: 20, at: "08:30" }
            : { ...before, bound: before[BOUNDS[before.when] ?? "count"] }
        }
        onFinish={(given) => void save(given)}
      >
        <Form.Item
          name="id"
          label={text.id}
          extra={text.idHint}
          rules={[...rules, { pattern: /^[a-z0-9][a-z0-9-]*$/, message: text.idHint }]}
        >
          <Input disabled={rule !== null} autoComplete="off" />
        </Form.Item>
        <Form.Item name="when" label={text.when} rules={rules}>
          <Select
            showSearch={{ optionFilterProp: "label" }}
            disabled={rule !== null}
            options={Object.entries(text.whens).map(([value, label]) => ({ value, label }))}
          />
        </Form.Item>
        {when === DIGEST ? (
          <Form.Item name="at" label={text.at} rules={[...rules, { pattern: /^([01]\d|2[0-3]):[0-5]\d$/, message: text.atWrong }]}>
            <Input style={{ width: 160 }} maxLength={5} autoComplete="off" />
          </Form.Item>
        ) : (
          <Form.Item name="bound" label={text.whens[when] ?? text.bound} rules={rules}>
            <InputNumber
              min={BOUNDS[when] === "hours" ? 0.1 : 1}
              max={when === "error-rate" ? 100 : 1_000_000_000}
              style={{ width: 160 }}
            />
          </Form.Item>
        )}
        {when === "error-rate" ? (
          <Form.Item name="calls" label={text.calls} rules={rules}>
            <InputNumber min={1} style={{ width: 160 }} />
          </Form.Item>
        ) : null}
        <Form.Item name="flows" label={text.flows}>
          <Select mode="multiple" optionFilterProp="label" options={flows.map(({ id, name }) => ({ value: id, label: name ?? id }))} />
        </Form.Item>
        <Form.Item name="channels" label={text.toChannels} rules={rules}>
          <Select mode="multiple" options={channels.map(({ document }) => ({ value: document.id, label: document.name ?? document.id }))} />
        </Form.Item>
        <Form.Item name="mentions" label={text.mentions} extra={text.mentionsHint}>
          <Select
            mode="tags"
            tokenSeparators={[" ", ",", "，"]}
            options={[
              { value: "owners", label: text.mentionOwners },
              { value: "all", label: text.mentionAll },
            ]}
          />
        </Form.Item>
        <Form.Item name="repeatMinutes" label={text.repeat}>
          <InputNumber min={5} placeholder="240" style={{ width: 160 }} />
        </Form.Item>
      </Form>
      {error === null ? null : <ProblemAlert error={error} />}
    </Modal>
  );
}

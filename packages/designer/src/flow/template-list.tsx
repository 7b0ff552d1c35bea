/** Where a new flow begins: scratch, or a template whose systems are connected. Templates that need a connection first say which. */
import { PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Card, Col, Empty, Flex, Input, Row, Select, Skeleton, Tag, Typography } from "antd";
import { useDeferredValue, useState } from "react";
import type { ConnectionRow, FlowView, Items } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useConnections, useConnectors } from "../api/hooks.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { connectionOptions } from "../parts/connection-options.ts";
import { fitsTyped, usePinyin } from "../parts/pinyin.ts";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";

interface Names {
  readonly zh: string;
  readonly en: string;
}
interface Side {
  readonly system: string;
  readonly api: string;
  readonly needs?: Names;
}
interface Template {
  readonly id: string;
  readonly name: Names;
  readonly description: Names;
  readonly tags: readonly string[];
  readonly source: Side;
  readonly target: Side;
  readonly tables: readonly string[];
}

interface TemplateListProps {
  /** Ids that flows have already. */
  readonly taken: readonly string[];
  readonly onBlank: () => void;
  /** A draft was made of a template. */
  readonly onMade: (view: FlowView, name: string) => void;
}

export function TemplateList({ taken, onBlank, onMade }: TemplateListProps) {
  const text = useTexts(flowTexts);
  const { workspace } = usePlace();
  const { data, error, refetch } = useQuery({
    queryKey: ["templates"],
    queryFn: ({ signal }) => ask<Items<Template>>("GET", "/api/v1/templates", { signal }),
  });
  const connections = useConnections(workspace).data?.items ?? [];
  const of = (system: string): readonly ConnectionRow[] => connections.filter((each) => each.system === system);
  const isReady = ({ source, target }: Template): boolean => of(source.system).length > 0 && of(target.system).length > 0;
  const all = data?.items ?? [];
  const { fits, controls } = useTemplateFilter(all);
  const sorted = all.filter(fits).toSorted((a, b) => Number(isReady(b)) - Number(isReady(a)));
  return (
    <>
      <Card size="small" style={{ marginBottom: 16 }}>
        <Flex justify="space-between" align="center" gap={12} wrap>
          <div>
            <Typography.Text strong>{text.fromBlank}</Typography.Text>
            <br />
            <Typography.Text type="secondary">
              {text.step1} → {text.step2} → {text.step3}
            </Typography.Text>
          </div>
          <Button type="primary" icon={<PlusOutlined />} onClick={onBlank}>
            {text.fromBlank}
          </Button>
        </Flex>
      </Card>
      <Typography.Title level={2} style={{ fontSize: 16 }}>
        {text.fromTemplate}{" "}
        <Typography.Text type="secondary" style={{ fontWeight: "normal" }}>
          {text.templateHint}
        </Typography.Text>
      </Typography.Title>
      {controls(sorted.length)}
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {all.length > 0 && sorted.length === 0 ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.templateNone} /> : null}
      {data === undefined && error === null ? <Skeleton active /> : null}
      <Row gutter={[12, 12]}>
        {sorted.map((template) => (
          <Col key={template.id} xs={24} md={12} xl={8}>
            <TemplateCard
              template={template}
              sources={of(template.source.system)}
              targets={of(template.target.system)}
              taken={taken}
              onMade={onMade}
            />
          </Col>
        ))}
      </Row>
    </>
  );
}

/** What is typed, by name, tag, pinyin or initials, and the systems that have to be among the two. */
function useTemplateFilter(all: readonly Template[]) {
  const text = useTexts(flowTexts);
  const { pick } = useLanguage();
  const { workspace } = usePlace();
  const connectors = useConnectors(workspace).data?.items ?? [];
  const [typed, setTyped] = useState("");
  const [systems, setSystems] = useState<readonly string[]>([]);
  const toPinyin = usePinyin();
  const wanted = useDeferredValue(typed.trim());
  const fits = ({ name, tags, description, source, target }: Template): boolean =>
    systems.every((system) => source.system === system || target.system === system) &&
    (wanted === "" || fitsTyped([name.zh, name.en, ...tags, pick(description)], wanted, toPinyin));
  const known = [...new Set(all.flatMap(({ source, target }) => [source.system, target.system]))];
  const options = known.map((system) => ({
    value: system,
    label: pick(connectors.find((each) => each.system === system)?.name ?? { zh: system, en: system }),
  }));
  const controls = (shown: number) => (
    <Flex gap={8} wrap align="center" style={{ marginBottom: 12 }}>
      <Input
        allowClear
        aria-label={text.templateFind}
        placeholder={text.templateFind}
        prefix={<SearchOutlined aria-hidden />}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        style={{ width: 320, maxWidth: "100%" }}
      />
      <Select
        mode="multiple"
        allowClear
        maxCount={2}
        aria-label={text.templateSystems}
        placeholder={text.templateSystems}
        showSearch={{ optionFilterProp: "label" }}
        style={{ minWidth: 220, maxWidth: "100%" }}
        value={[...systems]}
        options={options}
        onChange={setSystems}
      />
      <Typography.Text type="secondary">{text.templateCount(shown, all.length)}</Typography.Text>
    </Flex>
  );
  return { fits, controls };
}

/** What it will take besides the two connections: rights of their accounts, tables to fill in. */
function Asks({ template: { source, target, tables } }: { readonly template: Template }) {
  const text = useTexts(flowTexts);
  const { pick } = useLanguage();
  const lines = [
    ...(source.needs === undefined ? [] : [`${text.source}：${pick(source.needs)}`]),
    ...(target.needs === undefined ? [] : [`${text.target}：${pick(target.needs)}`]),
    ...(tables.length === 0 ? [] : [text.templateTables(tables.join("、"))]),
  ];
  if (lines.length === 0) return null;
  return (
    <div style={{ fontSize: 12 }}>
      {lines.map((line) => (
        <div key={line}>
          <Typography.Text type="secondary" style={{ fontSize: 12 }}>
            {line}
          </Typography.Text>
        </div>
      ))}
    </div>
  );
}

interface TemplateCardProps {
  readonly template: Template;
  readonly sources: readonly ConnectionRow[];
  readonly targets: readonly ConnectionRow[];
  readonly taken: readonly string[];
  /** A draft was made of a template. */
  readonly onMade: (view: FlowView, name: string) => void;
}

function TemplateCard({ template, sources, targets, taken, onMade }: TemplateCardProps) {
  const text = useTexts(flowTexts);
  const { pick } = useLanguage();
  const { workspace } = usePlace();
  const connectors = useConnectors(workspace).data?.items ?? [];
  const [source, setSource] = useState(sources[0]?.id ?? null);
  const [target, setTarget] = useState(targets[0]?.id ?? null);
  const [error, setError] = useState<unknown>(null);
  const queries = useQueryClient();
  const nameOf = (system: string): string => pick(connectors.find((each) => each.system === system)?.name ?? { zh: system, en: system });
  const lacking = [...(sources.length === 0 ? [template.source.system] : []), ...(targets.length === 0 ? [template.target.system] : [])];
  const use = async (): Promise<void> => {
    let id = template.id;
    for (let n = 2; taken.includes(id); n += 1) id = `${template.id}-${n}`;
    try {
      await ask("POST", workspacePath(workspace, `templates/${template.id}/use`), { body: { id, source, target } });
      const view = await ask<FlowView>("GET", workspacePath(workspace, `flows/${id}`));
      await queries.invalidateQueries({ queryKey: ["w", workspace, "flows"] });
      onMade(view, pick(template.name));
    } catch (refused) {
      setError(refused);
    }
  };
  const choose = (label: string, rows: readonly ConnectionRow[], value: string | null, onChange: (id: string) => void) =>
    rows.length < 2 ? null : (
      <Select
        size="small"
        aria-label={label}
        value={value}
        style={{ width: "100%" }}
        options={connectionOptions(rows)}
        onChange={onChange}
      />
    );
  return (
    <Card
      size="small"
      style={{ height: "100%" }}
      title={<Typography.Text ellipsis={{ tooltip: true }}>{pick(template.name)}</Typography.Text>}
    >
      <Flex vertical gap={8}>
        <Typography.Text type="secondary">{pick(template.description)}</Typography.Text>
        <Asks template={template} />
        <div>
          {template.tags.slice(0, 4).map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
        </div>
        {error === null ? null : <ProblemAlert error={error} />}
        {lacking.length > 0 ? (
          <Typography.Text type="secondary">
            {text.templateNeeds}: {lacking.map(nameOf).join(", ")}
          </Typography.Text>
        ) : (
          <>
            {choose(text.source, sources, source, setSource)}
            {choose(text.target, targets, target, setTarget)}
            <Button aria-label={`${text.useTemplate} ${pick(template.name)}`} onClick={() => void use()}>
              {text.useTemplate}
            </Button>
          </>
        )}
      </Flex>
    </Card>
  );
}

/** Where a new flow begins: scratch, or a template whose systems are connected. Templates that need a connection first say which. */
import { DeleteOutlined, PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Col, Empty, Flex, Input, Popconfirm, Row, Select, Skeleton, Tag, Tooltip, Typography } from "antd";
import { useDeferredValue, useState } from "react";
import { Link } from "react-router";
import type { Language } from "@datong/core";
import type { ConnectionRow, FlowView, Items } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useConnections, useConnectors } from "../api/hooks.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { connectionOptions } from "../parts/connection-options.ts";
import { fitsTyped, usePinyin } from "../parts/pinyin.ts";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";
import { ownTemplatesKey, type OwnTemplate, type Template } from "./templates.ts";

interface TemplateListProps {
  /** Ids that flows have already. */
  readonly taken: readonly string[];
  /** Where one may begin from scratch as well. */
  readonly onBlank?: () => void;
  /** A draft was made of a template. */
  readonly onMade: (view: FlowView, name: string) => void;
}

export function TemplateList({ taken, onBlank, onMade }: TemplateListProps) {
  const text = useTexts(flowTexts);
  const { workspace, may } = usePlace();
  const { data, error, refetch } = useQuery({
    queryKey: ["templates"],
    queryFn: ({ signal }) => ask<Items<Template>>("GET", "/api/v1/templates", { signal }),
  });
  const own = useQuery({
    queryKey: ownTemplatesKey(workspace),
    enabled: may("listOwnTemplates"),
    queryFn: ({ signal }) => ask<Items<OwnTemplate>>("GET", workspacePath(workspace, "templates"), { signal }),
  });
  const connections = useConnections(workspace).data?.items ?? [];
  const of = (system: string): readonly ConnectionRow[] => connections.filter((each) => each.system === system);
  const isReady = ({ source, target }: Template): boolean => of(source.system).length > 0 && of(target.system).length > 0;
  const all: readonly (Template | OwnTemplate)[] = [...(own.data?.items ?? []), ...(data?.items ?? [])];
  const { fits, controls } = useTemplateFilter(all);
  const sorted = all.filter(fits).toSorted((a, b) => rank(b, isReady(b)) - rank(a, isReady(a)));
  return (
    <>
      {onBlank === undefined ? null : <FromBlank onBlank={onBlank} />}
      {controls(sorted.length)}
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {own.error === null ? null : <ProblemAlert error={own.error} onRetry={() => void own.refetch()} />}
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

function FromBlank({ onBlank }: { readonly onBlank: () => void }) {
  const text = useTexts(flowTexts);
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
    </>
  );
}

/** One's own first, then those whose systems are connected. */
function rank(template: Template, isReady: boolean): number {
  return ("revision" in template ? 2 : 0) + (isReady ? 1 : 0);
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
    ...(source.needs === undefined ? [] : [text.templateSide(text.source, pick(source.needs))]),
    ...(target.needs === undefined ? [] : [text.templateSide(text.target, pick(target.needs))]),
    ...(tables.length === 0 ? [] : [text.templateTables(tables)]),
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
  readonly template: Template | OwnTemplate;
  readonly sources: readonly ConnectionRow[];
  readonly targets: readonly ConnectionRow[];
  readonly taken: readonly string[];
  /** A draft was made of a template. */
  readonly onMade: (view: FlowView, name: string) => void;
}

const TAGS_SHOWN = 4;
const HAN = /\p{Script=Han}/u;

/** Tags are words of both languages, to be found by either; shown are the reader's, or all where none is. */
function tagsIn(language: Language, tags: readonly string[]): readonly string[] {
  const own = tags.filter((tag) => HAN.test(tag) === (language === "zh"));
  return (own.length === 0 ? tags : own).slice(0, TAGS_SHOWN);
}

function TemplateCard({ template, sources, targets, taken, onMade }: TemplateCardProps) {
  const text = useTexts(flowTexts);
  const { pick, language } = useLanguage();
  const { workspace, to, may } = usePlace();
  const connectors = useConnectors(workspace).data?.items ?? [];
  const [source, setSource] = useState(sources[0]?.id ?? null);
  const [target, setTarget] = useState(targets[0]?.id ?? null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const queries = useQueryClient();
  const nameOf = (system: string): string => pick(connectors.find((each) => each.system === system)?.name ?? { zh: system, en: system });
  const lacking = [...(sources.length === 0 ? [template.source.system] : []), ...(targets.length === 0 ? [template.target.system] : [])];
  const use = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    let id = template.id;
    for (let n = 2; taken.includes(id); n += 1) id = `${template.id}-${n}`;
    try {
      await ask("POST", workspacePath(workspace, `templates/${template.id}/use`), { body: { id, source, target } });
      const view = await ask<FlowView>("GET", workspacePath(workspace, `flows/${id}`));
      await queries.invalidateQueries({ queryKey: ["w", workspace, "flows"] });
      onMade(view, pick(template.name));
    } catch (refused) {
      setError(refused);
      setBusy(false);
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
      title={<span style={{ whiteSpace: "normal" }}>{pick(template.name)}</span>}
      extra={"revision" in template ? <OwnMark template={template} /> : null}
    >
      <Flex vertical gap={8}>
        <Typography.Text type="secondary">
          {pick(template.description) || `${nameOf(template.source.system)} → ${nameOf(template.target.system)}`}
        </Typography.Text>
        <Asks template={template} />
        <div>
          {tagsIn(language, template.tags).map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
        </div>
        {error === null ? null : <ProblemAlert error={error} />}
        {lacking.length > 0 ? (
          <Flex gap={8} wrap>
            <Typography.Text type="secondary">{text.templateNeeds}</Typography.Text>
            {lacking.map((system) =>
              may("saveConnection", "testConnection") ? (
                <Link key={system} to={to(`connections/new?system=${system}`)}>
                  {nameOf(system)}
                </Link>
              ) : (
                <span key={system}>{nameOf(system)}</span>
              ),
            )}
          </Flex>
        ) : !may("useTemplate") ? null : (
          <>
            {choose(text.source, sources, source, setSource)}
            {choose(text.target, targets, target, setTarget)}
            <Button loading={isBusy} aria-label={`${text.useTemplate} ${pick(template.name)}`} onClick={() => void use()}>
              {text.useTemplate}
            </Button>
          </>
        )}
      </Flex>
    </Card>
  );
}

/** Who keeps it, and taking it away. */
function OwnMark({ template }: { readonly template: OwnTemplate }) {
  const text = useTexts(flowTexts);
  const { pick } = useLanguage();
  const { workspace, may } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const remove = async (): Promise<void> => {
    try {
      await ask("DELETE", workspacePath(workspace, `templates/${template.id}`));
      await queries.invalidateQueries({ queryKey: ownTemplatesKey(workspace) });
    } catch (refused) {
      void message.error(line(refused));
    }
  };
  return (
    <Flex align="center" gap={4}>
      <Tooltip title={text.templateBy(template.changedBy)}>
        <Tag color="blue">{text.templateOwn}</Tag>
      </Tooltip>
      {may("removeTemplate") ? (
        <Popconfirm title={text.templateRemove} description={text.templateRemoveAsk} onConfirm={() => void remove()}>
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={`${text.templateRemove} ${pick(template.name)}`} />
        </Popconfirm>
      ) : null}
    </Flex>
  );
}

/** About the one node that is selected: where it leads, its bills, and everything that could be drawn, by menu instead. */
import { CloseOutlined } from "@ant-design/icons";
import { Button, Card, Flex, Select, Space, Typography } from "antd";
import { memo } from "react";
import { Link, useNavigate } from "react-router";
import type { ConnectionRow, FlowRow } from "../api/answers.ts";
import { canvasTexts } from "../language/canvas-texts.ts";
import { useTexts } from "../language/language.tsx";
import { FlowState, FlowSwitch } from "../flow/flow-state.tsx";
import { usePlace } from "../shell/place.tsx";
import { Counts } from "./edges.tsx";
import type { FlowNode, Relation, SystemNode } from "./model.ts";
import type { Acts } from "./use-acts.ts";

type Shown = Pick<SystemNode, "type" | "data"> | Pick<FlowNode, "type" | "data">;

interface InspectorProps {
  /** What it is about; where it stands does not matter, so that it is not drawn anew while it is dragged. */
  readonly node: Shown;
  readonly flows: readonly FlowRow[];
  readonly connections: readonly ConnectionRow[];
  readonly relations: readonly Relation[];
  readonly onBind: (...bond: Parameters<Acts["bind"]>) => void;
  readonly onClose: () => void;
}

const isSame = (before: InspectorProps, after: InspectorProps): boolean =>
  (Object.keys(after) as (keyof InspectorProps)[]).every((name) => name === "node" || before[name] === after[name]) &&
  before.node.type === after.node.type &&
  before.node.data === after.node.data;

export const Inspector = memo(function Inspector({ node, onClose, ...rest }: InspectorProps) {
  const text = useTexts(canvasTexts);
  const name = node.type === "flow" ? (node.data.flow.name ?? node.data.flow.id) : (node.data.row?.name ?? node.data.systemName);
  return (
    <Card
      size="small"
      title={name}
      extra={<Button type="text" size="small" icon={<CloseOutlined />} aria-label={text.close} onClick={onClose} />}
    >
      {node.type === "flow" ? <AboutFlow flow={node.data.flow} {...rest} /> : <AboutSystem data={node.data} {...rest} />}
    </Card>
  );
}, isSame);

type About = Omit<InspectorProps, "node" | "onClose">;

function AboutFlow({ flow, flows, relations, onBind }: About & { readonly flow: FlowRow }) {
  const text = useTexts(canvasTexts);
  const { to, may } = usePlace();
  const others = flows.filter(({ id }) => id !== flow.id).map(({ id, name }) => ({ value: id, label: name ?? id }));
  const bonds = [
    ["after", text.runAfter],
    ["precondition", text.requires],
  ] as const;
  return (
    <Flex vertical gap={10}>
      <Space wrap>
        <FlowState flow={flow} />
        <FlowSwitch flow={flow} />
      </Space>
      <span className="edge-counts" style={{ position: "static", flexWrap: "wrap" }}>
        <Counts flow={flow.id} />
      </span>
      {may("saveFlow")
        ? bonds.map(([kind, label]) => {
            const now = relations.find((each) => each.kind === kind && each.to === flow.id)?.from ?? null;
            return (
              <label key={kind}>
                <Typography.Text type="secondary">{label}</Typography.Text>
                <Select
                  allowClear
                  showSearch={{ optionFilterProp: "label" }}
                  aria-label={label}
                  placeholder={text.nobody}
                  value={now}
                  options={others}
                  style={{ width: "100%" }}
                  onChange={(other: string | undefined) => onBind(flow.id, kind, other ?? null, now)}
                />
              </label>
            );
          })
        : null}
      <Space wrap>
        <Link to={to(`flows/${flow.id}?tab=steps`)}>{text.steps}</Link>
        <Link to={to(`flows/${flow.id}`)}>{text.open}</Link>
        <Link to={to(`records?flow=${flow.id}`)}>{text.bills}</Link>
      </Space>
    </Flex>
  );
}

function AboutSystem({ data, connections }: About & { readonly data: SystemNode["data"] }) {
  const text = useTexts(canvasTexts);
  const { to, may } = usePlace();
  const navigate = useNavigate();
  const { connection, row, systemName } = data;
  return (
    <Flex vertical gap={10}>
      <Typography.Text type="secondary">{systemName}</Typography.Text>
      {may("saveFlow") ? (
        <label>
          <Typography.Text type="secondary">{text.makeFlowTo}</Typography.Text>
          <Select
            showSearch={{ optionFilterProp: "label" }}
            aria-label={text.makeFlowTo}
            value={null}
            options={connections.map(({ id, name }) => ({ value: id, label: name ?? id }))}
            style={{ width: "100%" }}
            onChange={(target: string) => void navigate(to(`flows/new?source=${connection}&target=${target}`))}
          />
        </label>
      ) : null}
      {row === null ? null : <Link to={to(`connections/${connection}`)}>{text.openConnection}</Link>}
    </Flex>
  );
}

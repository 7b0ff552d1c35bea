/** Nodes and edges of a flow's steps: a step that can be moved, one whose place is fixed, and between them how many bills pass. */
import {
  CloudDownloadOutlined,
  CloudUploadOutlined,
  ExclamationCircleFilled,
  FilterOutlined,
  NodeIndexOutlined,
  RollbackOutlined,
  SearchOutlined,
  StopOutlined,
  SwapOutlined,
} from "@ant-design/icons";
import {
  BaseEdge,
  EdgeLabelRenderer,
  getSmoothStepPath,
  Handle,
  Position,
  type EdgeProps,
  type EdgeTypes,
  type NodeProps,
  type NodeTypes,
} from "@xyflow/react";
import { Popover } from "antd";
import { createContext, memo, use, type ReactNode } from "react";
import { useTexts } from "../../language/language.tsx";
import { formTexts } from "../../language/form-texts.ts";
import { stepsTexts } from "../../language/steps-texts.ts";
import { MessageText, prettyJson } from "../../parts/json-text.tsx";
import type { FixedKind, FixedNode, PipeEdge, StepNode } from "./model.ts";

/** What passes an edge: how many, and the first few. */
export interface Amount {
  readonly label: string;
  readonly bills: readonly unknown[];
  readonly isBad: boolean;
}

/** By the edge's `after`; empty until real bills were read. */
export const AmountsContext = createContext<ReadonlyMap<number | "map", Amount>>(new Map());

const ICONS: Readonly<Record<FixedKind, ReactNode>> = {
  source: <CloudDownloadOutlined />,
  condition: <FilterOutlined />,
  lookup: <SearchOutlined />,
  map: <SwapOutlined />,
  write: <CloudUploadOutlined />,
  writeBack: <RollbackOutlined />,
};

function Problems({ n }: { readonly n: number }) {
  const text = useTexts(stepsTexts);
  return n === 0 ? null : (
    <span className="draft-broken" title={text.problems(n)}>
      <ExclamationCircleFilled /> {n}
    </span>
  );
}

const Step = memo(function Step({ data, selected }: NodeProps<StepNode>) {
  const form = useTexts(formTexts);
  const text = useTexts(stepsTexts);
  const { kind, index, isOff, detail, problems } = data;
  return (
    <div className={`node-step${isOff ? " is-off" : ""}${selected ? " is-selected" : ""}`}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <strong>
        {isOff ? <StopOutlined /> : <NodeIndexOutlined />} {index + 1}. {form.steps[kind]?.[0] ?? kind}
      </strong>
      <small title={detail}>
        {isOff ? text.off : detail} <Problems n={problems} />
      </small>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
});

const Fixed = memo(function Fixed({ data, selected }: NodeProps<FixedNode>) {
  const text = useTexts(stepsTexts);
  const { kind, detail, n, problems } = data;
  const about = {
    source: detail === "" ? text.noApi : detail,
    write: detail === "" ? text.noApi : detail,
    writeBack: detail,
    condition: text.conditionHint(n),
    lookup: text.lookupHint(detail),
    map: text.mapHint(n),
  }[kind];
  return (
    <div className={`node-step is-fixed${selected ? " is-selected" : ""}`}>
      {kind === "source" ? null : <Handle type="target" position={Position.Left} isConnectable={false} />}
      <strong>
        {ICONS[kind]} {text.fixed[kind]}
      </strong>
      <small title={about}>
        {about} <Problems n={problems} />
      </small>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
});

const AmountEdge = memo(function AmountEdge({ id, data, ...way }: EdgeProps<PipeEdge>) {
  const text = useTexts(stepsTexts);
  const amount = use(AmountsContext).get(data?.after ?? -2);
  const [path, x, y] = getSmoothStepPath({ ...way, offset: 16 });
  return (
    <>
      <BaseEdge id={id} path={path} />
      {amount === undefined ? null : (
        <EdgeLabelRenderer>
          <div className="edge-amount nodrag nopan" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            <Popover
              trigger="click"
              title={amount.label}
              content={
                <div style={{ maxWidth: 520 }}>
                  <MessageText text={prettyJson(amount.bills)} />
                </div>
              }
            >
              <button type="button" className={amount.isBad ? "is-bad" : ""} aria-label={text.seeSample(amount.label)}>
                {amount.label}
              </button>
            </Popover>
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

export const STEP_NODES: NodeTypes = { step: Step, fixed: Fixed };
export const STEP_EDGES: EdgeTypes = { amount: AmountEdge };

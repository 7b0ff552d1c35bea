/** The edges of the canvas: into the target with the flow's bills by status, each a link to them; and between flows with what binds them. */
import { CheckCircleFilled, ClockCircleOutlined, CloseCircleFilled, QuestionCircleFilled } from "@ant-design/icons";
import { BaseEdge, EdgeLabelRenderer, getBezierPath, getSmoothStepPath, Position, type EdgeProps, type EdgeTypes } from "@xyflow/react";
import { memo, type ReactNode } from "react";
import { Link } from "react-router";
import type { Status } from "../api/answers.ts";
import { canvasTexts } from "../language/canvas-texts.ts";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";
import { usePlace } from "../shell/place.tsx";
import { useFlowCounts } from "./counts.tsx";
import type { CanvasEdge } from "./model.ts";

const SHOWN: readonly (readonly [Status, string, ReactNode])[] = [
  ["done", "is-done", <CheckCircleFilled key="i" />],
  ["pending", "is-waiting", <ClockCircleOutlined key="i" />],
  ["queued", "is-waiting", <ClockCircleOutlined key="i" />],
  ["sent", "is-waiting", <ClockCircleOutlined key="i" />],
  ["failed", "is-failed", <CloseCircleFilled key="i" />],
  ["unknown", "is-unknown", <QuestionCircleFilled key="i" />],
];

const Counted = memo(function Counted({ id, data, markerEnd, ...way }: EdgeProps<CanvasEdge>) {
  const [path] = getBezierPath(way);
  const isLeft = way.sourcePosition === Position.Left;
  return (
    <>
      <BaseEdge id={id} path={path} {...(markerEnd === undefined ? {} : { markerEnd })} />
      <EdgeLabelRenderer>
        <div
          className="edge-counts nodrag nopan"
          style={{
            transform: isLeft
              ? `translate(${way.sourceX - 10}px, ${way.sourceY}px) translate(-100%, -50%)`
              : `translate(${way.sourceX + 10}px, ${way.sourceY}px) translateY(-50%)`,
          }}
        >
          <Counts flow={data?.flow ?? ""} />
        </div>
      </EdgeLabelRenderer>
    </>
  );
});

/** A flow's bills by status; each number leads to the list that it counts. */
export function Counts({ flow }: { readonly flow: string }) {
  const counts = useFlowCounts(flow);
  const { status: names } = useTexts(wordTexts);
  const { to } = usePlace();
  return SHOWN.filter(([status]) => (counts[status] ?? 0) > 0).map(([status, look, icon]) => (
    <Link
      key={status}
      className={look}
      to={to(`records?flow=${flow}&status=${status}`)}
      title={names[status]}
      aria-label={`${flow} ${names[status]} ${(counts[status] ?? 0).toLocaleString()}`}
    >
      {icon} {(counts[status] ?? 0).toLocaleString()}
    </Link>
  ));
}

const Relation = memo(function Relation({ id, data, markerEnd, ...way }: EdgeProps<CanvasEdge>) {
  const text = useTexts(canvasTexts);
  const [path, x, y] = getSmoothStepPath({ ...way, borderRadius: 10 });
  return (
    <>
      <BaseEdge id={id} path={path} {...(markerEnd === undefined ? {} : { markerEnd })} />
      {data?.kind === undefined ? null : (
        <EdgeLabelRenderer>
          <div className={`edge-relation relation-${data.kind}`} style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            {text.relation[data.kind]}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

export const EDGE_TYPES: EdgeTypes = { counted: Counted, relation: Relation };

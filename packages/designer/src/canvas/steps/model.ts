/** A flow's steps as nodes from left to right: what is read, the condition, each restructuring step, lookups, the mapping, what is written. Pure. */
import type { Edge, Node } from "@xyflow/react";
import type { FlowIssue } from "../../api/ask.ts";
import type { LooseFlow, Path } from "../../flow/draft.ts";

/** The kinds that can be dragged in, those that most flows need first. */
export const KINDS = [
  "filter",
  "group",
  "explode",
  "distinct",
  "set",
  "rename",
  "format",
  "flatten",
  "spread",
  "cap",
  "merge",
  "aggregate",
] as const;
export type StepKind = (typeof KINDS)[number];
export type FixedKind = "source" | "condition" | "lookup" | "map" | "write" | "writeBack";
export type LooseStep = { readonly kind: StepKind; readonly off?: boolean } & Readonly<Record<string, unknown>>;

interface Shown extends Record<string, unknown> {
  readonly detail: string;
  readonly problems: number;
}
export type StepNode = Node<Shown & { readonly kind: StepKind; readonly index: number; readonly isOff: boolean }, "step">;
export type FixedNode = Node<Shown & { readonly kind: FixedKind; readonly n: number }, "fixed">;
export type PipeNode = StepNode | FixedNode;
/** `after`: index of the step that the edge comes from; -2 rows as read, -1 behind the condition, `steps` behind the last. */
export type PipeEdge = Edge<{ readonly after: number | "map" }>;

export const WIDTH = 150;
export const HEIGHT = 78;
/** So many beside each other; then a new line, so that they stay large enough to be read. */
const COLUMNS = 3;
const PITCH_X = WIDTH + 100;
const PITCH_Y = HEIGHT + 52;

export function stepsOf(flow: LooseFlow): readonly LooseStep[] {
  const given: unknown = flow.restructure;
  return Array.isArray(given) ? (given as readonly LooseStep[]) : [];
}

export interface Pipe {
  readonly nodes: readonly PipeNode[];
  readonly edges: readonly PipeEdge[];
}

export function pipeOf(flow: LooseFlow, issues: readonly FlowIssue[], isReadOnly: boolean): Pipe {
  const problems = (...fronts: readonly string[]): number =>
    issues.filter(({ path }) => fronts.some((front) => path === front || path.startsWith(`${front}/`))).length;
  const steps = stepsOf(flow);
  const nodes: PipeNode[] = [];
  const edges: PipeEdge[] = [];
  let last: PipeEdge["data"] = { after: -2 };
  const put = (node: PipeNode, then: PipeEdge["data"]): void => {
    const before = nodes.at(-1);
    nodes.push({ ...node, position: placeOf(nodes.length), width: WIDTH, height: HEIGHT } as PipeNode);
    if (before !== undefined)
      edges.push({
        id: `${before.id}>${node.id}`,
        source: before.id,
        target: node.id,
        type: "amount",
        selectable: false,
        focusable: false,
        ...(last === undefined ? {} : { data: last }),
      });
    last = then;
  };
  const fixed = (kind: FixedKind, detail: string, n: number, fronts: readonly string[]): FixedNode => ({
    id: kind,
    type: "fixed",
    position: { x: 0, y: 0 },
    draggable: false,
    data: { kind, detail, n, problems: problems(...fronts) },
  });
  put(fixed("source", flow.source?.api ?? "", 0, ["/source/connection", "/source/api", "/source/params", "/source/columns"]), {
    after: -2,
  });
  const rules = Array.isArray(flow.source?.condition) ? flow.source.condition.length : 0;
  put(fixed("condition", "", rules, ["/source/condition"]), { after: -1 });
  for (const [index, step] of steps.entries())
    put(
      {
        id: `s:${index}`,
        type: "step",
        position: { x: 0, y: 0 },
        draggable: !isReadOnly,
        data: { kind: step.kind, index, isOff: step.off === true, detail: detailOf(step), problems: problems(`/restructure/${index}`) },
      },
      { after: index },
    );
  const lookups = lookedUp(flow.mapping ?? []);
  if (lookups.length > 0) put(fixed("lookup", lookups.join(", "), lookups.length, []), { after: steps.length });
  put(fixed("map", "", (flow.mapping ?? []).length, ["/mapping"]), { after: "map" });
  put(fixed("write", flow.target?.api ?? "", 0, ["/target"]), { after: "map" });
  if (flow.writeBack !== undefined) put(fixed("writeBack", flow.writeBack.api, 0, ["/writeBack"]), { after: "map" });
  return { nodes, edges };
}

function placeOf(slot: number): { readonly x: number; readonly y: number } {
  return { x: (slot % COLUMNS) * PITCH_X, y: Math.floor(slot / COLUMNS) * PITCH_Y };
}

/** Where a node that was let go there belongs among the steps; `last` is the greatest index it may have. */
export function indexAt({ x, y }: { readonly x: number; readonly y: number }, last: number): number {
  const column = Math.max(0, Math.min(COLUMNS - 1, Math.round(x / PITCH_X)));
  const row = Math.max(0, Math.round(y / PITCH_Y));
  // The source and its condition stand before the first.
  return Math.max(0, Math.min(last, row * COLUMNS + column - 2));
}

const TOLD: Readonly<Record<string, readonly string[]>> = {
  group: ["by"],
  explode: ["path"],
  distinct: ["by"],
  merge: ["by"],
  aggregate: ["headerGroup", "bodyGroup"],
  cap: ["lines", "max"],
  spread: ["amount", "to"],
  filter: ["name"],
};

/** The one thing of a step that says most. */
export function detailOf(step: LooseStep): string {
  const named = (TOLD[step.kind] ?? []).flatMap((key) => {
    const value = step[key];
    if (value === undefined || value === null) return [];
    return [
      Array.isArray(value)
        ? value.map((each) => (typeof each === "string" ? each : String(Object(each)["field"] ?? ""))).join(", ")
        : String(value),
    ];
  });
  if (named.length > 0) return named.join(" · ");
  const { fields } = step;
  if (Array.isArray(fields)) return fields.map((each: unknown) => String(Object(each)["field"] ?? Object(each)["new"] ?? "")).join(", ");
  if (typeof fields === "object" && fields !== null)
    return Object.entries(fields)
      .map((pair) => pair.join(" → "))
      .join(", ");
  return "";
}

/** What the mapping looks into, as it is written: names of flows. */
function lookedUp(
  fields: readonly { readonly value?: string | null; readonly default?: string; readonly children?: unknown }[],
): readonly string[] {
  const found = new Set<string>();
  const look = (text: string | null | undefined): void => {
    for (const [, name = ""] of (text ?? "").matchAll(/_(?:findCollection|mongoQuery)\s+(?:find\s+\S+\s+from\s+)?(\S+)/g)) found.add(name);
  };
  for (const { value, default: otherwise, children } of fields) {
    look(value);
    look(otherwise);
    if (Array.isArray(children)) for (const name of lookedUp(children as typeof fields)) found.add(name);
  }
  return [...found];
}

/** What a new step begins with; what must be filled in is told by the check. */
export function newStep(kind: StepKind, keys: readonly string[]): LooseStep {
  switch (kind) {
    case "group":
      return { kind, by: [...keys], lines: "items" };
    case "distinct":
      return { kind, by: [...keys] };
    case "merge":
      return { kind, by: [], lines: "items" };
    case "aggregate":
      return { kind, headerGroup: [...keys] };
    case "explode":
      return { kind, path: "items" };
    case "cap":
      return { kind, lines: "items", max: 100 };
    case "spread":
      return { kind, amount: "", lines: "items", weight: null, to: "" };
    case "filter":
      return { kind, where: [[{ field: keys[0] ?? "", logic: "notnull" }]] };
    case "set":
      return { kind, fields: [{ field: "new_field", value: "" }] };
    case "format":
      return { kind, fields: [{ old: keys[0] ?? "", new: "new_field", format: "trim" }] };
    case "rename":
      return { kind, fields: {} };
    case "flatten":
      return { kind };
  }
}

/** A step out of the clipboard; null for any other text. */
export function stepOfText(text: string): LooseStep | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  const kind: unknown = typeof read === "object" && read !== null ? Reflect.get(read, "kind") : undefined;
  return KINDS.some((each) => each === kind) ? (read as LooseStep) : null;
}

export const STEPS_PATH: Path = ["restructure"];

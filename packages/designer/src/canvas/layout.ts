/**
 * Where systems and flows stand when nobody has put them: the system with the most flows in the middle, those that it exchanges with on both
 * sides, evenly; the flows of each pair of systems, of both directions, as one block between the two, in the order in which they set each
 * other off, in columns where they are many (dagre places the blocks). Pure.
 */
import { Graph, layout } from "@dagrejs/dagre";
import type { FlowRow } from "../api/answers.ts";
import { FLOW_SIZE, SYSTEM_SIZE, type Place, type Relation } from "./model.ts";
import { ranksOf } from "./ranks.ts";

const ROW = FLOW_SIZE.height + 34;
/** Beside a flow stand its counts. */
const COLUMN = FLOW_SIZE.width + 120;
const FEW = 5;
/** Rows to a column, so that a block is about as wide as a screen is. */
const ROWS_A_COLUMN = 2.3;

/** Between two systems; null where there is none. */
interface Block {
  readonly left: string | null;
  readonly right: string | null;
  readonly flows: string[];
}

export function laidOut(systems: readonly string[], flows: readonly FlowRow[], relations: readonly Relation[]): ReadonlyMap<string, Place> {
  const blocks = blocksOf(systems, flows, relations);
  const graph = new Graph({ directed: true });
  graph.setGraph({ rankdir: "LR", ranksep: 60, nodesep: 28, marginx: 20, marginy: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const system of systems) graph.setNode(`c:${system}`, { ...SYSTEM_SIZE });
  for (const [index, { left, right, flows: inside }] of blocks.entries()) {
    const { columns, rows } = gridOf(inside.length);
    graph.setNode(`b:${index}`, { width: columns * COLUMN, height: rows * ROW });
    if (left !== null) graph.setEdge(`c:${left}`, `b:${index}`);
    if (right !== null) graph.setEdge(`b:${index}`, `c:${right}`);
  }
  layout(graph);
  const places = new Map<string, Place>();
  const corner = (id: string): Place => {
    const { x, y, width, height } = graph.node(id);
    return { x: Math.round((x ?? 0) - width / 2), y: Math.round((y ?? 0) - height / 2) };
  };
  for (const system of systems) places.set(`c:${system}`, corner(`c:${system}`));
  for (const [index, { flows: inside }] of blocks.entries()) {
    const { x, y } = corner(`b:${index}`);
    const { rows } = gridOf(inside.length);
    // The counts' room is shared by both sides: they stand on the side of the target.
    for (const [n, flow] of inside.entries())
      places.set(`f:${flow}`, { x: x + 60 + Math.floor(n / rows) * COLUMN, y: y + (n % rows) * ROW + 17 });
  }
  return places;
}

function gridOf(n: number): { readonly columns: number; readonly rows: number } {
  const columns = n <= FEW ? 1 : Math.ceil(n / Math.ceil(Math.sqrt(n * ROWS_A_COLUMN)));
  return { columns, rows: Math.ceil(n / columns) };
}

/** Flows of one direction stay together within the block of their pair. */
function blocksOf(systems: readonly string[], flows: readonly FlowRow[], relations: readonly Relation[]): readonly Block[] {
  const ranks = ranksOf(systems, flows);
  const known = (system: string | undefined): string | null => (system !== undefined && ranks.has(system) ? system : null);
  const rows = new Map(flows.map((flow) => [flow.id, flow]));
  const blocks = new Map<string, Block & { readonly back: string[] }>();
  for (const id of inOrder(flows, relations)) {
    const source = known(rows.get(id)?.source?.connection);
    const target = known(rows.get(id)?.target?.connection);
    const isBack = source !== null && target !== null && (ranks.get(source) ?? 0) > (ranks.get(target) ?? 0);
    const [left, right] = source === target ? [source, null] : isBack ? [target, source] : [source, target];
    const key = JSON.stringify([left, right]);
    const block = blocks.get(key) ?? { left, right, flows: [], back: [] };
    (isBack ? block.back : block.flows).push(id);
    blocks.set(key, block);
  }
  return [...blocks.values()].map(({ back, ...block }) => ({ ...block, flows: [...block.flows, ...back] }));
}

/** Whoever sets others off comes before them; else by name. A ring is left as it comes. */
export function inOrder(flows: readonly FlowRow[], relations: readonly Relation[]): readonly string[] {
  const before = new Map<string, string[]>();
  for (const { from, to } of relations) before.set(to, [...(before.get(to) ?? []), from]);
  const known = new Set(flows.map(({ id }) => id));
  const done = new Set<string>();
  const visit = (id: string): void => {
    if (done.has(id) || !known.has(id)) return;
    done.add(id);
    // Those before it stand before it; `done` was set first, so a ring ends here.
    for (const each of before.get(id) ?? []) visit(each);
    order.push(id);
  };
  const order: string[] = [];
  for (const { id } of flows.toSorted((a, b) => (a.name ?? a.id).localeCompare(b.name ?? b.id, "zh"))) visit(id);
  return order;
}

/**
 * Where systems and flows stand when nobody has put them: systems from left to right by what flows between them (dagre), the flows of each
 * pair of systems as one block, in the order in which they set each other off, in columns where they are many. Pure.
 */
import { Graph, layout } from "@dagrejs/dagre";
import type { FlowRow } from "../api/answers.ts";
import { FLOW_SIZE, SYSTEM_SIZE, type Place, type Relation } from "./model.ts";

const ROW = FLOW_SIZE.height + 34;
/** Beside a flow stand its counts. */
const COLUMN = FLOW_SIZE.width + 120;
const FEW = 7;

interface Block {
  readonly source: string | null;
  readonly target: string | null;
  readonly flows: readonly string[];
}

export function laidOut(systems: readonly string[], flows: readonly FlowRow[], relations: readonly Relation[]): ReadonlyMap<string, Place> {
  const blocks = blocksOf(flows, relations);
  const graph = new Graph({ directed: true });
  graph.setGraph({ rankdir: "LR", ranksep: 60, nodesep: 28, marginx: 20, marginy: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const system of systems) graph.setNode(`c:${system}`, { ...SYSTEM_SIZE });
  for (const [index, { source, target, flows: inside }] of blocks.entries()) {
    const { columns, rows } = gridOf(inside.length);
    graph.setNode(`b:${index}`, { width: columns * COLUMN, height: rows * ROW });
    if (source !== null && systems.includes(source)) graph.setEdge(`c:${source}`, `b:${index}`);
    if (target !== null && systems.includes(target)) graph.setEdge(`b:${index}`, `c:${target}`);
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
    for (const [n, flow] of inside.entries())
      places.set(`f:${flow}`, { x: x + Math.floor(n / rows) * COLUMN, y: y + (n % rows) * ROW + 17 });
  }
  return places;
}

function gridOf(n: number): { readonly columns: number; readonly rows: number } {
  const rows = n <= FEW ? n : Math.max(FEW, Math.ceil(Math.sqrt(n * 3)));
  return { rows, columns: Math.ceil(n / rows) };
}

function blocksOf(flows: readonly FlowRow[], relations: readonly Relation[]): readonly Block[] {
  const blocks = new Map<string, { source: string | null; target: string | null; flows: string[] }>();
  for (const id of inOrder(flows, relations)) {
    const flow = flows.find((each) => each.id === id);
    const source = flow?.source?.connection ?? null;
    const target = flow?.target?.connection ?? null;
    const key = JSON.stringify([source, target]);
    const block = blocks.get(key) ?? { source, target, flows: [] };
    block.flows.push(id);
    blocks.set(key, block);
  }
  return [...blocks.values()];
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

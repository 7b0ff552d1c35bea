/** What the canvas shows, made of what the server answers: systems, flows and how they hang together. Pure; positions are layout's matter. */
import { MarkerType, type Edge, type Node } from "@xyflow/react";
import type { ConnectionRow, FlowRow } from "../api/answers.ts";

export const RELATIONS = ["after", "precondition", "source", "each", "push", "lookup"] as const;
export type RelationKind = (typeof RELATIONS)[number];

export interface Relation {
  readonly kind: RelationKind;
  readonly from: string;
  readonly to: string;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Note extends Place {
  readonly text: string;
}

/** The answer of GET …/canvas. Keys: `c:connection`, `f:flow`, `n:note`. */
export interface CanvasView {
  readonly places: Readonly<Record<string, Place>>;
  readonly notes: Readonly<Record<string, Note>>;
  readonly relations: readonly Relation[];
}

/** The system that every workspace has. */
export const BUILT_IN = "datong";

export type SystemNode = Node<
  { readonly connection: string; readonly row: ConnectionRow | null; readonly systemName: string; readonly flows: number },
  "system"
>;
export type FlowNode = Node<{ readonly flow: FlowRow }, "flow">;
export type NoteNode = Node<{ readonly text: string }, "note">;
export type CanvasNode = SystemNode | FlowNode | NoteNode;
export type CanvasEdge = Edge<{ readonly flow?: string; readonly kind?: RelationKind }>;

export const SYSTEM_SIZE = { width: 190, height: 64 } as const;
export const FLOW_SIZE = { width: 230, height: 80 } as const;

export interface Unplaced {
  readonly nodes: readonly CanvasNode[];
  readonly edges: readonly CanvasEdge[];
}

/** Of an edge that runs to the left: the other ends of its nodes. */
const LEFTWARDS = { sourceHandle: "out-left", targetHandle: "in-right" } as const;
const ARROW = { type: MarkerType.ArrowClosed, width: 14, height: 14, color: "#8796a8" } as const;

const ORIGIN: Place = { x: 0, y: 0 };

export interface ModelInput {
  readonly flows: readonly FlowRow[];
  readonly connections: readonly ConnectionRow[];
  readonly view: CanvasView;
  /** What people call a system. */
  readonly systemName: (system: string) => string;
}

export function modelOf({ flows, connections, view, systemName }: ModelInput): Unplaced {
  const rows = new Map(connections.map((row) => [row.id, row]));
  const used = new Map<string, number>();
  for (const { source, target } of flows)
    for (const side of new Set([source?.connection, target?.connection]))
      if (side !== undefined && side !== "") used.set(side, (used.get(side) ?? 0) + 1);
  const systems = [...new Set([...rows.keys(), ...used.keys()])].map((connection): SystemNode => ({
    id: `c:${connection}`,
    type: "system",
    position: ORIGIN,
    deletable: false,
    ...SYSTEM_SIZE,
    data: {
      connection,
      row: rows.get(connection) ?? null,
      systemName: systemName(rows.get(connection)?.system ?? connection),
      flows: used.get(connection) ?? 0,
    },
  }));
  const nodes: CanvasNode[] = [
    ...systems,
    ...flows.map((flow): FlowNode => ({ id: `f:${flow.id}`, type: "flow", position: ORIGIN, ...FLOW_SIZE, data: { flow } })),
    ...Object.entries(view.notes).map(([id, { text, x, y }]): NoteNode => ({
      id,
      type: "note",
      position: { x, y },
      data: { text },
      zIndex: -1,
    })),
  ];
  const there = new Set(nodes.map(({ id }) => id));
  const edges = [...flows.flatMap(sidesOf), ...view.relations.map(edgeOf)];
  return { nodes, edges: edges.filter(({ source, target }) => there.has(source) && there.has(target)) };
}

function sidesOf({ id, source, target }: FlowRow): readonly CanvasEdge[] {
  const flow = `f:${id}`;
  const common = { deletable: false, focusable: false, selectable: false, markerEnd: ARROW } as const;
  return [
    ...(source === null
      ? []
      : [
          {
            id: `r:${id}`,
            source: `c:${source.connection}`,
            sourceHandle: "out",
            target: flow,
            targetHandle: "in",
            className: "side",
            ...common,
          },
        ]),
    ...(target === null
      ? []
      : [
          {
            id: `w:${id}`,
            type: "counted",
            source: flow,
            sourceHandle: "out",
            target: `c:${target.connection}`,
            targetHandle: "in",
            className: "side",
            data: { flow: id },
            ...common,
          },
        ]),
  ];
}

function edgeOf({ kind, from, to }: Relation): CanvasEdge {
  return {
    id: `${kind}:${from}:${to}`,
    type: "relation",
    source: `f:${from}`,
    sourceHandle: "below",
    target: `f:${to}`,
    targetHandle: "above",
    data: { kind },
    className: `relation relation-${kind}`,
    deletable: false,
    focusable: false,
    selectable: false,
  };
}

/** The same nodes where they belong: where somebody put them, where they stand just now, or else where the layout would have them. */
export function placed(
  { nodes }: Unplaced,
  places: Readonly<Record<string, Place>>,
  laidOut: ReadonlyMap<string, Place>,
): readonly CanvasNode[] {
  return nodes.map((node) => ({
    ...node,
    position: node.type === "note" ? node.position : (places[node.id] ?? laidOut.get(node.id) ?? ORIGIN),
  }));
}

/** Those edges between a system and a flow that run to the left as things stand, as a text that changes only when one of them turns. */
export function leftwards({ edges }: Pick<Unplaced, "edges">, nodes: readonly CanvasNode[]): string {
  const middle = new Map(nodes.map(({ id, position, width = 0 }) => [id, position.x + width / 2]));
  const runs = ({ source, target }: CanvasEdge): boolean => (middle.get(source) ?? 0) > (middle.get(target) ?? 0);
  return edges.flatMap((edge) => (edge.className === "side" && runs(edge) ? [edge.id] : [])).join("\n");
}

export function turned(edges: readonly CanvasEdge[], left: string): CanvasEdge[] {
  const ids = new Set(left.split("\n"));
  return edges.map((edge) => (ids.has(edge.id) ? { ...edge, ...LEFTWARDS } : edge));
}

/** Nodes and edges of the board: made of what the server says, standing where people put them, in this browser first. */
import { useNodesState } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { laidOut } from "./layout.ts";
import { leftwards, modelOf, placed, turned, type CanvasNode, type ModelInput } from "./model.ts";

export type BoardInput = ModelInput;

export function useBoardNodes({ flows, connections, view, systemName }: BoardInput) {
  const model = useMemo(() => modelOf({ flows, connections, view, systemName }), [connections, flows, systemName, view]);
  // Takes a moment with many flows: once for what the server says, never for a picture of a drag.
  const arranged = useMemo(
    () =>
      laidOut(
        model.nodes.flatMap((node) => (node.type === "system" ? [node.data.connection] : [])),
        flows,
        view.relations,
      ),
    [flows, model.nodes, view.relations],
  );
  const [first] = useState(() => [...placed(model, view.places, arranged)]);
  const [nodes, setNodes, onNodesChange] = useNodesState<CanvasNode>(first);
  const left = leftwards(model, nodes);
  const edges = useMemo(() => turned(model.edges, left), [model.edges, left]);
  // What the server says anew takes its place beside what stands and is selected here.
  useEffect(() => {
    setNodes((current) => {
      const now = new Map(current.map((node) => [node.id, node]));
      return placed(model, view.places, arranged).map((node) => {
        const there = now.get(node.id);
        return there === undefined ? node : ({ ...node, position: there.position, selected: there.selected ?? false } as CanvasNode);
      });
    });
  }, [arranged, model, setNodes, view.places]);
  return { model, nodes, edges, arranged, setNodes, onNodesChange };
}

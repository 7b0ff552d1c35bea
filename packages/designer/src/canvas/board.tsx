/**
 * The board: React Flow over the model, with search, keys, undo and a panel about what is selected. Positions live here while they change
 * and are told to the server when they have come to rest; what the server changes meanwhile is put in without moving anything.
 */
import { Panel, useReactFlow, type Connection, type NodeChange } from "@xyflow/react";
import { App } from "antd";
import { useCallback, useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { useProblemLine } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";
import { useHistory } from "./history.ts";
import { Inspector } from "./inspector.tsx";
import { KeyTable } from "./key-table.tsx";
import type { CanvasNode, Place } from "./model.ts";
import { BoardContext } from "./nodes.tsx";
import { OrderDialog } from "./order-dialog.tsx";
import { FIT, Surface } from "./surface.tsx";
import { Toolbar } from "./toolbar.tsx";
import { noteId, useActs, type Places } from "./use-acts.ts";
import { useBoardNodes, type BoardInput } from "./use-board-nodes.ts";
import { useBoardKeys } from "./use-board-keys.ts";
import { useSearch } from "./use-search.ts";
import { useSettle } from "./use-settle.ts";

export function Board({ flows, connections, view, systemName }: BoardInput) {
  const { to, may } = usePlace();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const line = useProblemLine();
  const isReadOnly = !may("changeCanvas", "saveFlow", "removeFlow");
  const { model, nodes, edges, arranged, setNodes, onNodesChange } = useBoardNodes({ flows, connections, view, systemName });
  const board = useReactFlow<CanvasNode>();
  const onError = useCallback((error: unknown) => void message.error(line(error)), [line, message]);
  const history = useHistory(onError);
  const show = useCallback(
    (places: Places) =>
      setNodes((current) =>
        current.map((node) => (places.has(node.id) ? { ...node, position: places.get(node.id) ?? node.position } : node)),
      ),
    [setNodes],
  );
  const placeOf = useCallback((id: string): Place => board.getNode(id)?.position ?? { x: 0, y: 0 }, [board]);
  const acts = useActs({ did: history.did, flows, show, placeOf, standing: () => board.getNodes().map(({ position }) => position) });
  const settle = useSettle(acts, board.getNode);
  const change = useCallback(
    (changes: NodeChange<CanvasNode>[]): void => {
      if (!isReadOnly) for (const each of changes) if (each.type === "position") settle.note(each.id, each.dragging === true);
      onNodesChange(changes);
    },
    [isReadOnly, onNodesChange, settle],
  );

  const selected = nodes.filter((node) => node.selected === true);
  const [bond, setBond] = useState<{ readonly from: string; readonly to: string } | null>(null);
  const [isHelp, setHelp] = useState(false);
  const search = useSearch(model.nodes, board);
  // Nodes change with every picture of a drag: what stands around them is given the same hands each time, and is left alone.
  const arrange = useCallback((): void => {
    const before = new Map([...arranged.keys()].map((id) => [id, placeOf(id)]));
    void acts.moved(before, arranged).then(() => board.fitView(FIT));
  }, [acts, arranged, board, placeOf]);
  const addNote = useCallback(
    (at: Place): void => {
      const id = noteId();
      void acts.setNotes({ [id]: { ...at, text: "" } }, { [id]: null });
    },
    [acts],
  );
  const noteInView = useCallback(
    (): void => addNote(board.screenToFlowPosition({ x: innerWidth / 2, y: innerHeight / 2 })),
    [addNote, board],
  );
  const bind = useCallback((...asked: Parameters<typeof acts.bind>): void => void acts.bind(...asked), [acts]);
  const help = useCallback((): void => setHelp(true), []);
  const closeHelp = useCallback((): void => setHelp(false), []);
  const closeBond = useCallback((): void => setBond(null), []);
  const pick = useCallback(
    (isPicked: boolean): void => setNodes((all) => all.map((node) => ({ ...node, selected: isPicked }))),
    [setNodes],
  );
  const unpick = useCallback((): void => pick(false), [pick]);
  useBoardKeys({ selected, isReadOnly, history, acts, search, pick, help });

  const connect = ({ source, target }: Connection): void => {
    if (source.startsWith("c:")) void navigate(to(`flows/new?source=${source.slice(2)}&target=${target.slice(2)}`));
    else setBond({ from: source.slice(2), to: target.slice(2) });
  };
  const open = (node: CanvasNode): void => {
    if (node.type === "flow") void navigate(to(`flows/${node.data.flow.id}?tab=steps`));
    if (node.type === "system" && node.data.row !== null) void navigate(to(`connections/${node.data.connection}`));
  };
  const calls = useMemo(
    () => ({
      isReadOnly,
      found: search.found,
      writeNote: (id: string, written: string) => {
        const at = placeOf(id);
        const before = view.notes[id]?.text ?? "";
        void acts.setNotes({ [id]: { x: at.x, y: at.y, text: written } }, { [id]: { x: at.x, y: at.y, text: before } });
      },
    }),
    [acts, isReadOnly, placeOf, search.found, view.notes],
  );
  return (
    <BoardContext value={calls}>
      <Toolbar search={search} isReadOnly={isReadOnly} history={history} onArrange={arrange} onHelp={help} onNote={noteInView} />
      <div className="canvas-frame">
        <Surface
          nodes={nodes}
          edges={edges}
          isReadOnly={isReadOnly}
          onChange={change}
          onConnect={connect}
          onOpen={open}
          onGround={(at) => (isReadOnly ? undefined : addNote(at))}
        >
          {selected.length === 1 && selected[0] !== undefined && selected[0].type !== "note" ? (
            <Panel position="top-right" className="canvas-side scrolls">
              <Inspector
                node={selected[0]}
                flows={flows}
                connections={connections}
                relations={view.relations}
                onBind={bind}
                onClose={unpick}
              />
            </Panel>
          ) : null}
        </Surface>
      </div>
      <OrderDialog bond={bond} flows={flows} relations={view.relations} onBind={bind} onClose={closeBond} />
      <KeyTable isOpen={isHelp} onClose={closeHelp} />
    </BoardContext>
  );
}

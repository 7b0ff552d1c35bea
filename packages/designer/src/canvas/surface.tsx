/** React Flow as the canvas uses it: our nodes and edges, names in the reader's language, edges out of the tab order. */
import {
  Background,
  Controls,
  MiniMap,
  ReactFlow,
  useReactFlow,
  useStore,
  type AriaLabelConfig,
  type Connection,
  type NodeChange,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useMemo, type CSSProperties, type MouseEvent, type ReactNode, useState } from "react";
import { canvasTexts } from "../language/canvas-texts.ts";
import { useTexts } from "../language/language.tsx";
import { useShade } from "../look/look.tsx";
import "./canvas.css";
import { EDGE_TYPES } from "./edges.tsx";
import type { CanvasEdge, CanvasNode, Place } from "./model.ts";
import { NODE_TYPES } from "./nodes.tsx";

/** Beside what is fitted stand the buttons on the left and the small map on the right. */
const ROOM = { x: "7%", left: "55px", right: "175px", y: "7%" } as const;
export const FIT = { padding: ROOM, maxZoom: 1.1, duration: 250 } as const;
const AT_ONCE = { padding: FIT.padding, maxZoom: FIT.maxZoom } as const;
/** On a phone everything at once could not be read: the middle is shown from near, and one moves on by hand. */
const ON_PHONE = { padding: "4%", maxZoom: FIT.maxZoom, minZoom: 0.6 } as const;
const PHONE = 768;
const SEVERAL = ["Control", "Meta"];
const MAP = { width: 150, height: 100 };
const COLORS: Readonly<Record<string, string>> = { system: "#6b7a8d", flow: "#3d8fe0", note: "#e5c65a" };

/** What React Flow says to screen readers, in the reader's language. */
export function useAriaTexts(): Partial<AriaLabelConfig> {
  const text = useTexts(canvasTexts);
  return useMemo(
    () => ({
      "node.a11yDescription.default": text.nodeHelp,
      "node.a11yDescription.keyboardDisabled": text.nodeHelp,
      "node.a11yDescription.ariaLiveMessage": ({ x, y }) => text.nodeMoved(x, y),
      "controls.ariaLabel": text.controls,
      "controls.zoomIn.ariaLabel": text.zoomIn,
      "controls.zoomOut.ariaLabel": text.zoomOut,
      "controls.fitView.ariaLabel": text.fit,
      "minimap.ariaLabel": text.miniMap,
    }),
    [text],
  );
}

/** A system is bound to a system (itself too), a flow to another flow. */
function isBond({ source, target }: { readonly source: string; readonly target: string }): boolean {
  return source[0] === target[0] && (source !== target || source.startsWith("c:"));
}

const NEAR_ZOOM = 0.6;
const STEPS_A_DOUBLING = 2;
/** From here on only what has failed is counted. */
const FARTHER = 2;

/** How much larger names must be to be read from afar, in steps, so that zooming draws little anew; 1 from near. */
function farOf(zoom: number): number {
  if (zoom >= NEAR_ZOOM) return 1;
  return 2 ** (Math.ceil(Math.log2(NEAR_ZOOM / zoom) * STEPS_A_DOUBLING) / STEPS_A_DOUBLING);
}

interface SurfaceProps {
  readonly nodes: CanvasNode[];
  readonly edges: CanvasEdge[];
  readonly isReadOnly: boolean;
  readonly onChange: (changes: NodeChange<CanvasNode>[]) => void;
  readonly onConnect: (drawn: Connection) => void;
  readonly onOpen: (node: CanvasNode) => void;
  /** The ground was double-clicked. */
  readonly onGround: (at: Place) => void;
  readonly children: ReactNode;
}

export function Surface({ nodes, edges, isReadOnly, onChange, onConnect, onOpen, onGround, children }: SurfaceProps) {
  const { shade } = useShade();
  const aria = useAriaTexts();
  const board = useReactFlow<CanvasNode>();
  const far = useStore(({ transform: [, , zoom] }) => farOf(zoom));
  const [isPhone] = useState(() => innerWidth < PHONE);
  const twice = ({ target, clientX: x, clientY: y }: MouseEvent): void => {
    if (target instanceof Element && target.classList.contains("react-flow__pane")) onGround(board.screenToFlowPosition({ x, y }));
  };
  return (
    <ReactFlow<CanvasNode, CanvasEdge>
      className={far === 1 ? "" : far < FARTHER ? "is-far is-mid" : "is-far"}
      style={{ "--far": far } as CSSProperties}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      onNodesChange={onChange}
      onConnect={onConnect}
      isValidConnection={isBond}
      onNodeDoubleClick={(_, node) => onOpen(node)}
      onDoubleClick={twice}
      nodesDraggable={!isReadOnly}
      nodesConnectable={!isReadOnly}
      edgesFocusable={false}
      edgesReconnectable={false}
      zoomOnDoubleClick={false}
      deleteKeyCode={null}
      multiSelectionKeyCode={SEVERAL}
      minZoom={0.1}
      fitView
      fitViewOptions={isPhone ? ON_PHONE : AT_ONCE}
      colorMode={shade}
      ariaLabelConfig={aria}
    >
      <Background gap={24} />
      <Controls showInteractive={false} fitViewOptions={FIT} />
      {isPhone ? null : <MiniMap pannable zoomable style={MAP} nodeColor={({ type }) => COLORS[type ?? ""] ?? ""} />}
      {children}
    </ReactFlow>
  );
}

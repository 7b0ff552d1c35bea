/** The nodes of the canvas: a system, a flow, a note. What changes by itself stands on the edges, so that nodes are drawn once. */
import { ExclamationCircleFilled, PauseCircleOutlined, PlayCircleFilled } from "@ant-design/icons";
import { Handle, Position, type NodeProps, type NodeTypes } from "@xyflow/react";
import { createContext, memo, use, useState } from "react";
import { canvasTexts } from "../language/canvas-texts.ts";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";
import { BUILT_IN, type FlowNode, type NoteNode, type SystemNode } from "./model.ts";

/** What nodes may tell the board. */
export interface BoardCalls {
  readonly isReadOnly: boolean;
  readonly writeNote: (id: string, text: string) => void;
  /** Of a search, ids of what fits; null while nothing is searched. */
  readonly found: ReadonlySet<string> | null;
}

export const BoardContext = createContext<BoardCalls>({ isReadOnly: true, writeNote: () => undefined, found: null });

function useFound(id: string): string {
  const { found } = use(BoardContext);
  return found === null ? "" : found.has(id) ? " is-found" : " is-faint";
}

/** Where lines end that run to the left; none begins there by hand. */
function OtherEnds() {
  return (
    <>
      <Handle id="in-right" type="target" position={Position.Right} isConnectable={false} className="is-other-end" />
      <Handle id="out-left" type="source" position={Position.Left} isConnectable={false} className="is-other-end" />
    </>
  );
}

const System = memo(function System({ id, data, selected }: NodeProps<SystemNode>) {
  const text = useTexts(canvasTexts);
  const { environment: names } = useTexts(wordTexts);
  const { connection, row, systemName, flows } = data;
  const isBuiltIn = connection === BUILT_IN;
  const environment = row?.environment ?? null;
  const name = isBuiltIn ? text.builtIn : (row?.name ?? connection);
  const about = isBuiltIn ? text.builtInHint : row === null ? text.unplaced : systemName;
  return (
    <div className={`node-system environment-${environment ?? "none"}${selected ? " is-selected" : ""}${useFound(id)}`}>
      <Handle id="in" type="target" position={Position.Left} title={text.handle} />
      <strong title={name}>{name}</strong>
      <small>
        {environment === null ? null : <em>{names[environment] ?? environment}</em>} {about} · {text.flows(flows)}
      </small>
      <Handle id="out" type="source" position={Position.Right} title={text.handle} />
      <OtherEnds />
    </div>
  );
});

const Flow = memo(function Flow({ id, data, selected }: NodeProps<FlowNode>) {
  const text = useTexts(canvasTexts);
  const { flow } = data;
  const { publishedRevision, revision, isEnabled, isInOrder } = flow;
  const isNewer = publishedRevision !== null && publishedRevision < revision;
  const state = publishedRevision === null ? text.notPublished : isEnabled ? text.on : text.off;
  return (
    <div className={`node-flow${isEnabled ? " is-on" : ""}${selected ? " is-selected" : ""}${useFound(id)}`}>
      <Handle id="above" type="target" position={Position.Top} title={text.handle} />
      <Handle id="in" type="target" position={Position.Left} isConnectable={false} />
      <strong title={flow.name ?? flow.id}>{flow.name ?? flow.id}</strong>
      <small>
        {isEnabled ? <PlayCircleFilled /> : <PauseCircleOutlined />} {state}
        {isNewer ? (
          <span className="draft-dot" title={text.draftNewer}>
            ● {text.draftNewer}
          </span>
        ) : null}
        {isInOrder ? null : (
          <span className="draft-broken">
            <ExclamationCircleFilled /> {text.brokenFlow}
          </span>
        )}
      </small>
      <Handle id="out" type="source" position={Position.Right} isConnectable={false} />
      <Handle id="below" type="source" position={Position.Bottom} title={text.handle} />
      <OtherEnds />
    </div>
  );
});

const Note = memo(function Note({ id, data, selected }: NodeProps<NoteNode>) {
  const text = useTexts(canvasTexts);
  const { isReadOnly, writeNote } = use(BoardContext);
  const [typed, setTyped] = useState(data.text);
  const [from, setFrom] = useState(data.text);
  // Undone, or written by somebody else.
  if (from !== data.text) {
    setFrom(data.text);
    setTyped(data.text);
  }
  return (
    <div className={`node-note${selected ? " is-selected" : ""}${useFound(id)}`}>
      <textarea
        className="nodrag nowheel"
        aria-label={text.note}
        placeholder={text.noteText}
        readOnly={isReadOnly}
        maxLength={2_000}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={() => typed === data.text || writeNote(id, typed)}
      />
    </div>
  );
});

export const NODE_TYPES: NodeTypes = { system: System, flow: Flow, note: Note };

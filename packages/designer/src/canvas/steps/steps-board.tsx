/**
 * A flow's steps as a picture over the same draft as form and source: dragged into another order, dragged in, switched off; with the number
 * of real bills between them once somebody has had some read. Edges are no work of hand: the order is the order of the list.
 */
import { ReactFlow, ReactFlowProvider, useNodesState, useReactFlow } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { App, Button, Flex, Typography } from "antd";
import { useCallback, useEffect, useMemo, useState, type DragEvent, type KeyboardEvent } from "react";
import type { Api } from "../../api/answers.ts";
import { fieldOptions, flatFields, sourceFields } from "../../flow/fields.ts";
import type { Editing } from "../../flow/use-draft.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { stepsTexts } from "../../language/steps-texts.ts";
import { useShade } from "../../look/look.tsx";
import { useSample, useTrialOf, useTrials } from "../../mapping/trial.ts";
import { copyText } from "../../parts/copy-text.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";
import "../canvas.css";
import { useAriaTexts } from "../surface.tsx";
import { amountsOf } from "./amounts.ts";
import { HEIGHT, indexAt, newStep, pipeOf, stepOfText, stepsOf, WIDTH, type PipeNode, type StepKind } from "./model.ts";
import { AmountsContext, STEP_EDGES, STEP_NODES } from "./nodes.tsx";
import { DRAGGED, Palette } from "./palette.tsx";
import { StepPanel } from "./step-panel.tsx";
import { useStepActs, type StepActs } from "./use-step-acts.ts";

interface StepsBoardProps {
  readonly editing: Editing;
  readonly from: Api | undefined;
  readonly isReadOnly: boolean;
}

export function StepsBoard(props: StepsBoardProps) {
  return (
    <ReactFlowProvider>
      <Board {...props} />
    </ReactFlowProvider>
  );
}

const FIT = { padding: 0.1, maxZoom: 1.1 } as const;
const SAMPLE = "";

function Board({ editing, from, isReadOnly }: StepsBoardProps) {
  const text = useTexts(stepsTexts);
  const { language } = useLanguage();
  const { workspace } = usePlace();
  const { shade } = useShade();
  const aria = useAriaTexts();
  const { flow, edit, draft, issues } = editing;
  const loose = useMemo(() => flow ?? {}, [flow]);
  const steps = stepsOf(loose);
  const [picked, setPicked] = useState<string | null>(null);
  const pick = useCallback((index: number | null) => setPicked(index === null ? null : `s:${index}`), []);
  const acts = useStepActs(loose, edit, pick);
  const { sample, fetchSample } = useSample(workspace, loose.source);
  const [reading, setReading] = useState<{ readonly isBusy: boolean; readonly error: unknown }>({ isBusy: false, error: null });
  const trial = useTrialOf(useTrials(workspace, draft.text, sample?.rowsText ?? null, sample !== null && !isReadOnly));
  const amounts = useMemo(() => amountsOf(sample === null ? null : trial, steps.length, text), [sample, steps.length, text, trial]);
  const known = trial === null ? issues : trial.issues;
  const pipe = useMemo(() => pipeOf(loose, known, isReadOnly), [isReadOnly, known, loose]);
  const [nodes, setNodes, onNodesChange] = useNodesState<PipeNode>([]);
  const board = useReactFlow<PipeNode>();
  useEffect(() => setNodes(pipe.nodes.map((node) => ({ ...node, selected: node.id === picked }) as PipeNode)), [picked, pipe, setNodes]);
  const count = pipe.nodes.length;
  useEffect(() => void board.fitView(FIT), [board, count]);
  const selected = nodes.find(({ id }) => id === picked);
  const at = selected?.type === "step" ? selected.data.index : null;
  const add = (kind: StepKind, place: number): void => acts.insert(newStep(kind, from?.id ?? []), place);
  const drop = (event: DragEvent): void => {
    const kind = event.dataTransfer.getData(DRAGGED) as StepKind | "";
    if (kind === "") return;
    event.preventDefault();
    const { x, y } = board.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    add(kind, indexAt({ x: x - WIDTH / 2, y: y - HEIGHT / 2 }, steps.length));
  };
  const read = async (): Promise<void> => {
    setReading({ isBusy: true, error: null });
    try {
      await fetchSample(SAMPLE);
      setReading({ isBusy: false, error: null });
    } catch (error) {
      setReading({ isBusy: false, error });
    }
  };
  const keys = useStepKeys({
    at,
    steps: steps.length,
    acts,
    step: at === null ? undefined : steps[at],
    isReadOnly,
    drop: () => pick(null),
    read: () => void read(),
  });
  const fields = useMemo(() => fieldOptions(flatFields(sourceFields(from, loose)), language), [from, language, loose]);
  return (
    <AmountsContext value={amounts}>
      {isReadOnly ? null : (
        <Flex gap={12} align="center" wrap style={{ marginBottom: 8 }}>
          <Button size="small" loading={reading.isBusy} disabled={(loose.source?.api ?? "") === ""} onClick={() => void read()}>
            {text.sample}
          </Button>
          <Typography.Text type="secondary" role="status">
            {sample === null ? text.palette : sample.records.length === 0 ? text.noneRead : text.sampled(sample.records.length)}
          </Typography.Text>
        </Flex>
      )}
      {isReadOnly ? null : <Palette onAdd={(kind) => add(kind, at === null ? steps.length : at + 1)} />}
      {reading.error === null ? null : <ProblemAlert error={reading.error} />}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys bubble here from the nodes, which have the focus */}
      <div
        className="steps-frame"
        onKeyDownCapture={keys.press}
        onPaste={keys.paste}
        onDrop={drop}
        onDragOver={(event) => event.preventDefault()}
      >
        <div className="canvas-frame is-steps">
          <ReactFlow
            nodes={nodes}
            edges={[...pipe.edges]}
            nodeTypes={STEP_NODES}
            edgeTypes={STEP_EDGES}
            onNodesChange={(changes) => {
              for (const each of changes) if (each.type === "select" && each.selected) setPicked(each.id);
              onNodesChange(changes);
            }}
            onNodeClick={(_, node) => setPicked(node.id)}
            onPaneClick={() => setPicked(null)}
            onNodeDragStop={(_, node) => {
              const index = node.type === "step" ? node.data.index : null;
              const to = indexAt(node.position, steps.length - 1);
              if (index === null || to === index)
                setNodes(pipe.nodes.map((each) => ({ ...each, selected: each.id === picked }) as PipeNode));
              else acts.move(index, to);
            }}
            nodesConnectable={false}
            edgesFocusable={false}
            deleteKeyCode={null}
            zoomOnDoubleClick={false}
            minZoom={0.2}
            fitView
            fitViewOptions={FIT}
            colorMode={shade}
            ariaLabelConfig={aria}
          />
        </div>
        <aside className="steps-side scrolls">
          <StepPanel node={selected} flow={loose} issues={known} fields={fields} isReadOnly={isReadOnly} edit={edit} acts={acts} />
        </aside>
      </div>
    </AmountsContext>
  );
}

interface StepKeysInput {
  readonly at: number | null;
  readonly steps: number;
  readonly step: ReturnType<typeof stepsOf>[number] | undefined;
  readonly acts: StepActs;
  readonly isReadOnly: boolean;
  readonly drop: () => void;
  /** Real bills for the steps. */
  readonly read: () => void;
}

/** Keys of the selected step: ← → order, Delete removes, Ctrl-C/X/V/D as JSON, Ctrl-Enter reads real bills, Esc. Fields keep their own. */
function useStepKeys({ at, steps, step, acts, isReadOnly, drop, read }: StepKeysInput) {
  const text = useTexts(stepsTexts);
  const { message } = App.useApp();
  const copy = async (): Promise<void> => {
    if (step !== undefined && (await copyText(JSON.stringify(step, null, 2)))) void message.success(text.copied);
  };
  const act = (key: string, isControl: boolean): (() => void) | undefined => {
    if (key === "Escape") return drop;
    if (isControl && key === "Enter" && !isReadOnly) return read;
    if (at === null || step === undefined) return undefined;
    if (isControl && key === "c") return () => void copy();
    if (isReadOnly) return undefined;
    if (isControl && key === "x") return () => void copy().then(() => acts.remove(at));
    if (isControl && key === "d") return () => acts.insert(step, at + 1);
    if (isControl) return undefined;
    if (key === "ArrowLeft") return () => acts.move(at, at - 1);
    if (key === "ArrowRight") return () => acts.move(at, at + 1);
    return key === "Delete" || key === "Backspace" ? () => acts.remove(at) : undefined;
  };
  const isField = (target: EventTarget): boolean => target instanceof HTMLElement && target.closest(".steps-side") !== null;
  return {
    press: (event: KeyboardEvent): void => {
      if (isField(event.target)) return;
      const done = act(event.key.length === 1 ? event.key.toLowerCase() : event.key, event.ctrlKey || event.metaKey);
      if (done === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      done();
    },
    paste: (event: React.ClipboardEvent): void => {
      if (isReadOnly || isField(event.target)) return;
      const given = stepOfText(event.clipboardData.getData("text/plain"));
      if (given === null) return void message.warning(text.notStep);
      acts.insert(given, at === null ? steps : at + 1);
      void message.success(text.pasted);
    },
  };
}

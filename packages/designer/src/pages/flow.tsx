/** One flow: form and source over the same draft, preview, revisions; saved, published, switched and run from here. */
import { PlayCircleOutlined, RedoOutlined, SaveOutlined, UndoOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Skeleton, Space, Spin, Tabs, Tag } from "antd";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import type { FlowView } from "../api/answers.ts";
import { useAnswer } from "../api/hooks.ts";
import { DraftTools } from "../flow/draft-tools.tsx";
import { FlowState, FlowSwitch } from "../flow/flow-state.tsx";
import { IssueList } from "../flow/issue-list.tsx";
import { MoreMenu } from "../flow/more-menu.tsx";
import { usePublish } from "../flow/publish.tsx";
import { RerunBanner } from "../flow/rerun-banner.tsx";
import { SideSection, useApis } from "../flow/side-section.tsx";
import { useUndoKeys } from "../flow/undo-keys.ts";
import { useDraft, type Editing } from "../flow/use-draft.ts";
import { ReadingSection } from "../form/reading-section.tsx";
import { ReconcileSection } from "../form/reconcile-section.tsx";
import { RestructureSection } from "../form/restructure-section.tsx";
import { ScheduleSection } from "../form/schedule-section.tsx";
import { WritingSection } from "../form/writing-section.tsx";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import { stepsTexts } from "../language/steps-texts.ts";
import { MappingEditor } from "../mapping/mapping-editor.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { useUnsavedGuard } from "../parts/unsaved-guard.ts";
import { usePlace } from "../shell/place.tsx";

const StepsBoard = lazy(async () => ({ default: (await import("../canvas/steps/steps-board.tsx")).StepsBoard }));
const HookPanel = lazy(async () => ({ default: (await import("../flow/hook-panel.tsx")).HookPanel }));
const PreviewPanel = lazy(async () => ({ default: (await import("../flow/preview-panel.tsx")).PreviewPanel }));
const RevisionsPanel = lazy(async () => ({ default: (await import("../flow/revisions-panel.tsx")).RevisionsPanel }));
const RunDrawer = lazy(async () => ({ default: (await import("../flow/run-drawer.tsx")).RunDrawer }));
const SourceView = lazy(async () => ({ default: (await import("../flow/source-view.tsx")).SourceView }));

export function Flow() {
  const { flow: id = "" } = useParams();
  const text = useTexts(flowTexts);
  const { workspace } = usePlace();
  const { data, error, refetch } = useAnswer<FlowView>(workspace, `flows/${id}`);
  if (error !== null)
    return (
      <Page title={text.title}>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      </Page>
    );
  return data === undefined ? <Skeleton active /> : <Opened key={id} view={data} />;
}

function Opened({ view }: { readonly view: FlowView }) {
  const text = useTexts(flowTexts);
  const steps = useTexts(stepsTexts);
  const { workspace, may } = usePlace();
  const [params, setParams] = useSearchParams();
  const tab = params.get("tab") ?? "design";
  const [line, setLine] = useState<number | null>(null);
  const [isRunning, setRunning] = useState(false);
  const editing = useDraft(workspace, view);
  const { draft, flow, edit, issues, isSaved } = editing;
  const isReadOnly = !may("saveFlow", "tryDraft", "sampleSource", "previewFlow");
  const { from, to } = useApis(flow);
  useUnsavedGuard(!isSaved);
  useUndoKeys(edit, !isReadOnly);
  const open = (key: string): void => {
    const next = new URLSearchParams(params);
    if (key === "design") next.delete("tab");
    else next.set("tab", key);
    setParams(next, { replace: true });
  };
  const name = flow?.name ?? view.id;
  const owners = flow?.owners ?? [];
  return (
    <Page
      title={
        <Space size={8} wrap>
          {name}
          <FlowState flow={{ publishedRevision: view.publishedRevision, revision: editing.revision }} />
          {isSaved ? null : <Tag color="gold">{text.unsaved}</Tag>}
        </Space>
      }
      name={name}
      about={
        <Space size={12} wrap>
          {name === view.id ? null : <span className="mono">{view.id}</span>}
          {owners.length === 0 ? null : text.owners(owners.join(", "))}
        </Space>
      }
      actions={<FlowActions view={view} editing={editing} onRun={() => setRunning(true)} />}
    >
      {may("startBulk") ? <RerunBanner flow={view.id} isPublished={isSaved && view.publishedRevision === editing.revision} /> : null}
      <IssueList
        issues={issues}
        isSaved={isSaved}
        onJump={(issue) => {
          open("source");
          setLine(issue.line ?? null);
        }}
      />
      <Tabs
        activeKey={tab}
        onChange={open}
        destroyOnHidden
        items={[
          { key: "design", label: text.tabs.design, children: <Design editing={editing} isReadOnly={isReadOnly} /> },
          {
            key: "steps",
            label: steps.tab,
            children:
              flow === null ? (
                <Alert type="warning" showIcon title={text.unreadable} description={text.unreadableTodo} />
              ) : (
                <Suspense fallback={<Spin />}>
                  <StepsBoard editing={editing} from={from} isReadOnly={isReadOnly} />
                </Suspense>
              ),
          },
          {
            key: "source",
            label: text.tabs.source,
            children: (
              <Suspense fallback={<Spin />}>
                <SourceView
                  text={draft.text}
                  onType={(typed) => edit({ kind: "type", text: typed })}
                  issues={isSaved ? issues : []}
                  isReadOnly={isReadOnly}
                  line={line}
                  label={text.tabs.source}
                />
              </Suspense>
            ),
          },
          ...(isReadOnly
            ? []
            : [
                {
                  key: "preview",
                  label: text.tabs.preview,
                  children: (
                    <Suspense fallback={<Spin />}>
                      <PreviewPanel
                        flow={view.id}
                        before={() => editing.save()}
                        mapping={flow?.mapping ?? []}
                        declared={to?.request ?? []}
                      />
                    </Suspense>
                  ),
                },
              ]),
          {
            key: "hook",
            label: text.tabs.hook,
            children: (
              <Suspense fallback={<Spin />}>
                <HookPanel flow={view.id} />
              </Suspense>
            ),
          },
          {
            key: "revisions",
            label: text.tabs.revisions,
            children: (
              <Suspense fallback={<Spin />}>
                <RevisionsPanel flow={view.id} published={view.publishedRevision} />
              </Suspense>
            ),
          },
        ]}
      />
      {isRunning ? (
        <Suspense fallback={null}>
          <RunDrawer flow={view.id} name={name} onClose={() => setRunning(false)} />
        </Suspense>
      ) : null}
    </Page>
  );
}

export function Design({ editing, isReadOnly }: { readonly editing: Editing; readonly isReadOnly: boolean }) {
  const text = useTexts(flowTexts);
  const { flow, edit } = editing;
  const { from, to } = useApis(flow);
  if (flow === null) return <Alert type="warning" showIcon title={text.unreadable} description={text.unreadableTodo} />;
  const given = { flow, edit, isReadOnly };
  return (
    <>
      <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(min(420px, 100%), 1fr))", columnGap: 12 }}>
        <SideSection side="source" {...given} />
        <SideSection side="target" {...given} />
      </div>
      <ReadingSection {...given} from={from} />
      <RestructureSection {...given} from={from} />
      <MappingEditor {...given} draft={editing.draft.text} from={from} to={to} />
      <WritingSection {...given} from={from} to={to} />
      <ScheduleSection {...given} />
      <ReconcileSection {...given} from={from} to={to} />
    </>
  );
}

interface FlowActionsProps {
  readonly view: FlowView;
  readonly editing: Editing;
  readonly onRun: () => void;
}

function FlowActions({ view, editing, onRun }: FlowActionsProps) {
  const text = useTexts(flowTexts);
  const { workspace, may } = usePlace();
  const { draft, edit, save, isSaved, revision, issues } = editing;
  const queries = useQueryClient();
  const { message } = App.useApp();
  const tell = useProblemLine();
  const [busy, setBusy] = useState<"save" | "publish" | null>(null);
  const publish = usePublish();
  const perform = useCallback(
    async (what: "save" | "publish"): Promise<void> => {
      setBusy(what);
      try {
        const kept = await save();
        const isPublished = what === "publish" && (await publish(view.id, kept.revision));
        if (isPublished) await queries.invalidateQueries({ queryKey: ["w", workspace] });
        void message.success(isPublished ? text.published(kept.revision) : text.savedAll);
      } catch (error) {
        void message.error(tell(error));
      }
      setBusy(null);
    },
    [message, publish, queries, save, tell, text, view.id, workspace],
  );
  useKey("s", () => void perform("save"), may("saveFlow", "publishFlow"));
  if (!may("saveFlow", "publishFlow"))
    return may("startRun") ? (
      <>
        <FlowSwitch flow={view} />
        <Button icon={<PlayCircleOutlined />} disabled={view.publishedRevision === null} onClick={onRun}>
          {text.runNow}
        </Button>
        <MoreMenu view={view} />
      </>
    ) : (
      <MoreMenu view={view} />
    );
  const isBehind = view.publishedRevision !== revision || !isSaved;
  return (
    <Space wrap>
      <Space size={4}>
        {text.enabled}
        <FlowSwitch flow={view} />
      </Space>
      <Button
        icon={<UndoOutlined />}
        aria-label={text.undo}
        title={text.undo}
        disabled={draft.past.length === 0}
        onClick={() => edit({ kind: "undo" })}
      />
      <Button
        icon={<RedoOutlined />}
        aria-label={text.redo}
        title={text.redo}
        disabled={draft.future.length === 0}
        onClick={() => edit({ kind: "redo" })}
      />
      <Button icon={<SaveOutlined />} disabled={isSaved} loading={busy === "save"} onClick={() => void perform("save")}>
        {text.save}
      </Button>
      <Button icon={<PlayCircleOutlined />} disabled={view.publishedRevision === null} onClick={onRun}>
        {text.runNow}
      </Button>
      <DraftTools
        flow={view.id}
        before={save}
        isOff={isSaved && issues.length > 0}
        isBehind={isBehind && view.publishedRevision !== null}
      />
      <MoreMenu view={view} />
      <Button
        type="primary"
        disabled={!isBehind || (isSaved && issues.length > 0)}
        loading={busy === "publish"}
        onClick={() => void perform("publish")}
      >
        {text.publish}
      </Button>
    </Space>
  );
}

/** Ctrl or ⌘ with a key. */
function useKey(key: string, act: () => void, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== key) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [act, isOn, key]);
}

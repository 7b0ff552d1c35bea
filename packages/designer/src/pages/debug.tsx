/** The debugger: one bill through a flow, stage by stage, with breakpoints; edited and run on; the write is held. */
import { useQueryClient } from "@tanstack/react-query";
import { Button, Card, Checkbox, Empty, Flex, Grid, Input, Select, Space, Tag, Typography } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import type { FlowView } from "../api/answers.ts";
import { ask, Problem, workspacePath } from "../api/ask.ts";
import { useAnswer, useConnections } from "../api/hooks.ts";
import { debugTexts } from "../language/debug-texts.ts";
import { useTexts } from "../language/language.tsx";
import { connectionOptions } from "../parts/connection-options.ts";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";
import { STAGES, type DebugSession, type Stage, type Step } from "./debug/session-shape.ts";
import { StagePanel } from "./debug/stage-panels.tsx";
import { WritePanel } from "./debug/write-panel.tsx";

type Shown = Stage | "write";

export function Debug() {
  const { flow = "" } = useParams();
  const text = useTexts(debugTexts);
  const { workspace } = usePlace();
  const view = useAnswer<FlowView>(workspace, `flows/${flow}`);
  return (
    <Page title={`${text.title} · ${view.data?.document?.name ?? flow}`} about={text.about}>
      {view.error === null ? null : <ProblemAlert error={view.error} onRetry={() => void view.refetch()} />}
      {view.data === undefined ? null : <Bench key={flow} view={view.data} />}
    </Page>
  );
}

function Bench({ view }: { readonly view: FlowView }) {
  const text = useTexts(debugTexts);
  const { workspace } = usePlace();
  const [params, setParams] = useSearchParams();
  const queries = useQueryClient();
  const [session, setSession] = useState<DebugSession | null>(null);
  const [shown, setShown] = useState<Shown>("read");
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const breakpoints = STAGES.filter((stage) => (params.get("stop") ?? "").split(",").includes(stage));
  const perform = useCallback(async (work: () => Promise<DebugSession>, next?: Shown): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const now = await work();
      setSession(now);
      setShown(next ?? now.at);
    } catch (refused) {
      setError(refused);
      if (refused instanceof Problem && refused.body.code === "DEBUG_SESSION_GONE") setSession(null);
    }
    setBusy(false);
  }, []);
  const post = useCallback(
    (path: string, body: unknown) => ask<DebugSession>("POST", workspacePath(workspace, path), { body, exact: true }),
    [workspace],
  );
  const start = (): void => {
    const given = Object.fromEntries(
      ["number", "key", "source", "target"].flatMap((name) => {
        const value = params.get(name)?.trim() ?? "";
        return value === "" ? [] : [[name, value]];
      }),
    );
    const which = params.get("published") === "1" ? { published: true } : {};
    void perform(() => post(`flows/${view.id}/debug-sessions`, { ...given, ...which, stopAt: breakpoints }));
  };
  const go = (step: Step): void => {
    if (session !== null) void perform(() => post(`debug-sessions/${session.id}/go`, { ...step, stopAt: breakpoints }));
  };
  const move = (stopAt: readonly Stage[]): void => {
    if (session === null) start();
    else if (session.at === "request") setShown("write");
    else void perform(() => post(`debug-sessions/${session.id}/go`, { from: session.at, stopAt }));
  };
  const write = (): void => {
    if (session === null) return;
    const confirm = session.target.id;
    void perform(() => post(`debug-sessions/${session.id}/write`, { confirm }), "write").then(() =>
      queries.invalidateQueries({ queryKey: ["w", workspace] }),
    );
  };
  const end = (): void => {
    setError(null);
    if (session !== null) void ask("DELETE", workspacePath(workspace, `debug-sessions/${session.id}`)).catch(setError);
    setSession(null);
    setShown("read");
  };
  useRunKeys({ run: () => move(breakpoints), step: () => move(STAGES), end }, !isBusy);
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(params);
    if (value === "") next.delete(name);
    else next.set(name, value);
    setParams(next, { replace: true });
  };
  return (
    <Flex vertical gap={12}>
      <Card size="small">
        <Flex gap={8} wrap align="center">
          <StartForm view={view} params={params} set={set} onEnter={start} />
          <Button type={session === null ? "primary" : "default"} loading={isBusy && session === null} onClick={start}>
            {session === null ? text.start : text.restart}
          </Button>
          <Button type={session === null ? "default" : "primary"} disabled={session === null || isBusy} onClick={() => move(breakpoints)}>
            {text.run}
          </Button>
          <Button disabled={session === null || isBusy} onClick={() => move(STAGES)}>
            {text.next}
          </Button>
          {session === null ? null : (
            <Button disabled={isBusy} onClick={end}>
              {text.end}
            </Button>
          )}
        </Flex>
      </Card>
      {error === null ? null : <ProblemAlert error={error} />}
      {session === null ? (
        <Empty description={text.about}>
          <Typography.Text type="secondary">{text.keys}</Typography.Text>
        </Empty>
      ) : (
        <>
          {session.problem === null ? null : <ProblemAlert error={new Problem(session.problem)} />}
          <div className="debug-bench">
            <StageList
              session={session}
              shown={shown}
              onShow={setShown}
              breakpoints={breakpoints}
              onBreak={(next) => set("stop", next.join(","))}
            />
            <Card size="small" title={text.stage[shown]} style={{ minWidth: 0 }}>
              {shown === "write" ? (
                <WritePanel session={session} isBusy={isBusy} onWrite={write} />
              ) : (
                <StagePanel stage={shown} session={session} isBusy={isBusy} go={go} />
              )}
            </Card>
          </div>
        </>
      )}
    </Flex>
  );
}

interface StartFormProps {
  readonly view: FlowView;
  readonly params: URLSearchParams;
  readonly set: (name: string, value: string) => void;
  readonly onEnter: () => void;
}

function StartForm({ view, params, set, onEnter }: StartFormProps) {
  const text = useTexts(debugTexts);
  const { workspace } = usePlace();
  const { data } = useConnections(workspace);
  const key = params.get("key");
  const side = (name: "source" | "target") => {
    const own = view.document?.[name].connection ?? "";
    const system = data?.items.find(({ id }) => id === own)?.system ?? null;
    const others = (data?.items ?? []).filter((each) => each.system === system && system !== null);
    return (
      <Select
        aria-label={text[name]}
        style={{ width: 210 }}
        popupMatchSelectWidth={false}
        value={params.get(name) ?? own}
        options={connectionOptions(others).map(({ value, label }) => ({ value, label: value === own ? text.own(label) : label }))}
        onChange={(value) => set(name, value === own ? "" : value)}
        showSearch={{ optionFilterProp: "label" }}
      />
    );
  };
  return (
    <>
      {key === null ? (
        <Input
          aria-label={text.number}
          placeholder={text.number}
          defaultValue={params.get("number") ?? ""}
          onChange={({ target }) => set("number", target.value)}
          onPressEnter={onEnter}
          allowClear
          style={{ width: 160 }}
        />
      ) : (
        <Tag closable onClose={() => set("key", "")}>
          {text.stored(key)}
        </Tag>
      )}
      {side("source")}
      {side("target")}
      <Select
        aria-label={text.which}
        value={params.get("published") === "1" ? "1" : ""}
        options={[
          { value: "", label: text.draft },
          { value: "1", label: text.published, disabled: view.publishedRevision === null },
        ]}
        onChange={(value) => set("published", value)}
        style={{ minWidth: 110 }}
      />
    </>
  );
}

interface StageListProps {
  readonly session: DebugSession;
  readonly shown: Shown;
  readonly onShow: (stage: Shown) => void;
  readonly breakpoints: readonly Stage[];
  readonly onBreak: (breakpoints: readonly Stage[]) => void;
}

function StageList({ session, shown, onShow, breakpoints, onBreak }: StageListProps) {
  const text = useTexts(debugTexts);
  const isWide = Grid.useBreakpoint().md === true;
  const reached = STAGES.indexOf(session.at);
  return (
    <Card size="small" styles={{ body: { padding: 8 } }}>
      <Flex vertical={isWide} gap={4} wrap={!isWide}>
        {[...STAGES, "write" as const].map((stage, index) => (
          <Flex key={stage} align="center" gap={4}>
            {stage === "write" ? (
              <span style={{ width: 16 }} />
            ) : (
              <Checkbox
                aria-label={text.breakpoint(text.stage[stage])}
                title={text.breakpoint(text.stage[stage])}
                checked={breakpoints.includes(stage)}
                onChange={({ target }) => onBreak(target.checked ? [...breakpoints, stage] : breakpoints.filter((each) => each !== stage))}
              />
            )}
            <Button
              type={shown === stage ? "primary" : "text"}
              ghost={shown === stage}
              size="small"
              aria-current={shown === stage}
              onClick={() => onShow(stage)}
              style={{ flex: 1, justifyContent: "flex-start" }}
            >
              <Space size={6}>
                {`${index + 1} ${text.stage[stage]}`}
                {session.at === stage ? <Tag color="blue">{text.reached}</Tag> : null}
                {stage !== "write" && session.edited.includes(stage) ? <Tag color="gold">{text.edited}</Tag> : null}
                {index > reached && stage !== "write" ? <Typography.Text type="secondary">–</Typography.Text> : null}
              </Space>
            </Button>
          </Flex>
        ))}
      </Flex>
    </Card>
  );
}

type RunAct = "run" | "step" | "end";

function runAct({ key, ctrlKey, metaKey, shiftKey, target }: KeyboardEvent): RunAct | null {
  if (ctrlKey || metaKey) return key === "Enter" && !(target instanceof HTMLTextAreaElement) ? "step" : null;
  if (key === "F5") return shiftKey ? "end" : "run";
  return key === "F10" && !shiftKey ? "step" : null;
}

/** F5 goes on to the next breakpoint, F10 or Ctrl Enter one stage, Shift F5 ends. The browser's own F5 would lose what was read. */
function useRunKeys(acts: Readonly<Record<RunAct, () => void>>, isOn: boolean): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const act = runAct(event);
      if (act === null) return;
      event.preventDefault();
      if (isOn) acts[act]();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
}

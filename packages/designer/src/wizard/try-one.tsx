/**
 * 试推一单: one real bill is fetched and mapped, its request is shown and held; only when somebody confirms is the flow published (not enabled) and
 * that one bill written, as any run would write it, so that a later run knows it.
 */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Empty, Flex, Input, Typography } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { ask, Problem, workspacePath } from "../api/ask.ts";
import type { RunView } from "../api/answers.ts";
import { useConnections } from "../api/hooks.ts";
import { usePublish } from "../flow/publish.tsx";
import type { Editing } from "../flow/use-draft.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import { wizardTexts } from "../language/wizard-texts.ts";
import { EnvironmentTag } from "../parts/environment-tag.tsx";
import { MessageText } from "../parts/json-text.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";

interface HeldBill {
  readonly number: string | null;
  readonly key: string | null;
  readonly dropped: string | null;
  readonly requests: readonly string[];
  readonly problems: readonly string[];
}

interface PreviewAnswer {
  readonly records: readonly {
    readonly key: string | null;
    readonly number: string | null;
    readonly dropped: string | null;
    readonly problem: { readonly text: string } | null;
    readonly documents: readonly { readonly request: string | null; readonly problem: { readonly text: string } | null }[];
  }[];
}

type State =
  | { readonly kind: "none" | "fetching" | "nothing" }
  | { readonly kind: "held"; readonly bill: HeldBill }
  | { readonly kind: "writing"; readonly bill: HeldBill }
  | { readonly kind: "written"; readonly bill: HeldBill; readonly run: RunView };

const LOOK_MS = 700;

export function TryOne({ id, editing }: { readonly id: string; readonly editing: Editing }) {
  const text = useTexts(wizardTexts);
  const flowText = useTexts(flowTexts);
  const { workspace } = usePlace();
  const [number, setNumber] = useState("");
  const [state, setState] = useState<State>({ kind: "none" });
  const [error, setError] = useState<unknown>(null);
  const write = useWrite(id, editing);
  const fetchOne = async (): Promise<void> => {
    setState({ kind: "fetching" });
    setError(null);
    try {
      await editing.save(id);
      const body = number.trim() === "" ? { limit: 1 } : { limit: 1, numbers: [number.trim()] };
      const answer = await ask<PreviewAnswer>("POST", workspacePath(workspace, `flows/${id}/preview`), { body });
      const bill = heldOf(answer);
      setState(bill === null ? { kind: "nothing" } : { kind: "held", bill });
    } catch (refused) {
      setError(refused);
      setState({ kind: "none" });
    }
  };
  const confirm = async (bill: HeldBill): Promise<void> => {
    setError(null);
    try {
      const run = await write(bill, () => setState({ kind: "writing", bill }));
      if (run !== null) setState({ kind: "written", bill, run });
    } catch (refused) {
      setError(refused);
      setState({ kind: "held", bill });
    }
  };
  return (
    <Card
      size="small"
      title={text.tryOne}
      extra={<Typography.Text type="secondary">{text.tryHint}</Typography.Text>}
      style={{ marginBottom: 12 }}
    >
      <Flex gap={8} wrap style={{ marginBottom: 8 }}>
        <Input
          allowClear
          aria-label={text.tryNumber}
          placeholder={text.tryNumber}
          style={{ width: 240 }}
          value={number}
          onChange={({ target }) => setNumber(target.value)}
          onPressEnter={() => void fetchOne()}
        />
        <Button loading={state.kind === "fetching"} onClick={() => void fetchOne()}>
          {text.tryFetch}
        </Button>
      </Flex>
      {error === null ? null : <ProblemAlert error={error} />}
      {state.kind === "nothing" ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={flowText.previewNone} /> : null}
      {state.kind === "held" ? (
        <Held bill={state.bill} target={editing.flow?.target?.connection ?? ""} onWrite={() => void confirm(state.bill)} />
      ) : null}
      {state.kind === "writing" ? <Alert type="info" showIcon title={text.tryWaiting} /> : null}
      {state.kind === "written" ? <Written id={id} state={state} /> : null}
    </Card>
  );
}

function heldOf({ records }: PreviewAnswer): HeldBill | null {
  const [record] = records;
  if (record === undefined) return null;
  const { number, key, dropped, problem, documents } = record;
  return {
    number,
    key,
    dropped,
    requests: documents.flatMap(({ request }) => (request === null ? [] : [request])),
    problems: [problem, ...documents.map((each) => each.problem)].flatMap((each) => (each === null ? [] : [each.text])),
  };
}

function Held({ bill, target, onWrite }: { readonly bill: HeldBill; readonly target: string; readonly onWrite: () => void }) {
  const text = useTexts(wizardTexts);
  const flowText = useTexts(flowTexts);
  const { workspace } = usePlace();
  const environment = useConnections(workspace).data?.items.find(({ id }) => id === target)?.environment ?? null;
  return (
    <Flex vertical gap={8}>
      {bill.dropped === null ? null : <Alert type="info" showIcon title={flowText.dropped(bill.dropped)} />}
      {bill.problems.map((problem) => (
        <Alert key={problem} type="error" showIcon title={problem} />
      ))}
      {bill.requests.length === 0 ? null : (
        <>
          <Alert
            type="warning"
            showIcon
            title={
              <>
                {bill.number} · {text.held} <EnvironmentTag environment={environment} />
              </>
            }
          />
          {bill.requests.map((request, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- requests have no name
            <MessageText key={index} text={request} />
          ))}
          {bill.problems.length > 0 || bill.number === null ? null : (
            <Button type="primary" danger={environment === "production"} style={{ alignSelf: "start" }} onClick={onWrite}>
              {text.tryWrite}
            </Button>
          )}
        </>
      )}
    </Flex>
  );
}

function Written({ id, state }: { readonly id: string; readonly state: Extract<State, { readonly kind: "written" }> }) {
  const text = useTexts(wizardTexts);
  const { to } = usePlace();
  const { run, bill } = state;
  const isDone = run.state === "done" && run.progress.failed === 0;
  return (
    <Flex vertical gap={8}>
      {run.problem === null ? null : <ProblemAlert error={new Problem(run.problem)} />}
      <Alert
        type={isDone ? "success" : "error"}
        showIcon
        title={
          <Link
            to={to(`records?flow=${id}&find=${encodeURIComponent(bill.number ?? "")}`)}
          >{`${bill.number ?? ""} · ${isDone ? text.tryDone : text.tryFailed}`}</Link>
        }
      />
    </Flex>
  );
}

/** Asks once more, publishes, writes the one bill and waits for its run; null where the person would rather not. */
function useWrite(id: string, editing: Editing): (bill: HeldBill, begun: () => void) => Promise<RunView | null> {
  const text = useTexts(wizardTexts);
  const { workspace } = usePlace();
  const { modal } = App.useApp();
  const publish = usePublish();
  const queries = useQueryClient();
  return async (bill, begun) => {
    const title = text.tryAsk(editing.flow?.target?.connection ?? "");
    if (!(await modal.confirm({ title, okText: text.tryWrite, cancelText: text.cancel }))) return null;
    const kept = await editing.save(id);
    if (!(await publish(id, kept.revision))) return null;
    begun();
    let run = await ask<RunView>("POST", workspacePath(workspace, `flows/${id}/pull`), { body: { numbers: [bill.number] } });
    while (run.endedAt === null) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      run = await ask<RunView>("GET", workspacePath(workspace, `runs/${run.id}`));
    }
    await queries.invalidateQueries({ queryKey: ["w", workspace] });
    return run;
  };
}

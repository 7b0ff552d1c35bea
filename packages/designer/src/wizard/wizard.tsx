/** The three steps of a new flow over one draft: source with real rows, target and mapping, check and enable. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Col, Flex, Form, Input, Row, Space, Steps } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ask, workspacePath } from "../api/ask.ts";
import { IssueList } from "../flow/issue-list.tsx";
import { PreviewPanel } from "../flow/preview-panel.tsx";
import { SideSection, useApis } from "../flow/side-section.tsx";
import { useUndoKeys } from "../flow/undo-keys.ts";
import { useDraft, type Editing } from "../flow/use-draft.ts";
import { ReadingSection } from "../form/reading-section.tsx";
import { RestructureSection } from "../form/restructure-section.tsx";
import { ScheduleSection } from "../form/schedule-section.tsx";
import { WritingSection } from "../form/writing-section.tsx";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import { MappingEditor } from "../mapping/mapping-editor.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { useUnsavedGuard } from "../parts/unsaved-guard.ts";
import { usePlace } from "../shell/place.tsx";
import type { Beginning } from "./beginnings.ts";
import { BorrowButton } from "./borrow-button.tsx";
import { FirstRun } from "./first-run.tsx";
import { SourceSample } from "./source-sample.tsx";
import { TryOne } from "./try-one.tsx";

interface WizardProps {
  readonly begin: Beginning;
  /** Ids that other flows have. */
  readonly taken: readonly string[];
  readonly onBack: () => void;
}

export function Wizard({ begin, taken: others, onBack }: WizardProps) {
  const text = useTexts(flowTexts);
  const { workspace } = usePlace();
  // A template has both sides and the mapping.
  const [step, setStep] = useState(begin.revision > 0 ? 2 : 0);
  const editing = useDraft(workspace, begin);
  const { flow, revision, edit } = editing;
  useUndoKeys(edit, true);
  // What a template began with is nobody's work yet.
  useUnsavedGuard(!editing.isSaved && editing.draft.text !== (begin.typed ?? begin.text));
  const id = flow?.id ?? "";
  const isIdRight = /^[a-z0-9][a-z0-9-]{0,99}$/.test(id) && (revision > 0 || !others.includes(id));
  const isReady = [
    isIdRight && flow?.source?.connection !== "" && flow?.source?.api !== "",
    flow?.target?.connection !== "" && flow?.target?.api !== "",
    true,
  ];
  const isTaken = revision === 0 && others.includes(id);
  return (
    <>
      <Card size="small" style={{ marginBottom: 12 }}>
        <Flex gap={12} align="center" wrap>
          <Steps
            size="small"
            style={{ flex: "1 1 480px" }}
            current={step}
            items={[
              { title: text.step1, content: text.step1Hint },
              { title: text.step2, content: text.step2Hint },
              { title: text.step3, content: text.step3Hint },
            ]}
          />
          {flow === null ? null : <BorrowButton flow={flow} edit={edit} />}
        </Flex>
      </Card>
      {step === 0 ? <First editing={editing} isTaken={isTaken} /> : null}
      {step === 1 ? <Second editing={editing} /> : null}
      {step === 2 ? <Third editing={editing} isIdRight={isIdRight} isTaken={isTaken} /> : null}
      <Flex gap={8} justify="end" style={{ marginTop: 4 }}>
        <Button onClick={() => (step === 0 ? onBack() : setStep(step - 1))}>{text.back}</Button>
        {step < 2 ? (
          <Button type="primary" disabled={isReady[step] !== true} onClick={() => setStep(step + 1)}>
            {text.next}
          </Button>
        ) : null}
      </Flex>
    </>
  );
}

function Naming({ editing, isTaken }: { readonly editing: Editing; readonly isTaken: boolean }) {
  const text = useTexts(flowTexts);
  const { flow, edit, revision } = editing;
  const id = flow?.id ?? "";
  const isWrong = !/^[a-z0-9][a-z0-9-]{0,99}$/.test(id);
  return (
    <Card size="small" style={{ marginBottom: 12 }}>
      <Form layout="vertical" component="div">
        <Row gutter={12}>
          <Col xs={24} md={12}>
            <Form.Item label={text.flowName} htmlFor="flow-name" style={{ marginBottom: 0 }}>
              <Input
                id="flow-name"
                value={flow?.name ?? ""}
                maxLength={100}
                onChange={({ target }) => edit({ kind: "set", path: ["name"], value: target.value })}
              />
            </Form.Item>
          </Col>
          <Col xs={24} md={12}>
            <Form.Item
              label={text.flowId}
              htmlFor="flow-id"
              style={{ marginBottom: 0 }}
              {...(isWrong || isTaken ? { validateStatus: "error" as const, help: isWrong ? text.idWrong : text.idTaken } : {})}
            >
              <Input
                id="flow-id"
                className="mono"
                disabled={revision > 0}
                value={id}
                maxLength={100}
                onChange={({ target }) => edit({ kind: "set", path: ["id"], value: target.value.toLowerCase() })}
              />
            </Form.Item>
          </Col>
        </Row>
      </Form>
    </Card>
  );
}

function First({ editing, isTaken }: { readonly editing: Editing; readonly isTaken: boolean }) {
  const { flow, edit } = editing;
  const { from } = useApis(flow);
  return (
    <>
      <Naming editing={editing} isTaken={isTaken} />
      {flow === null ? null : (
        <>
          <SideSection side="source" flow={flow} edit={edit} isReadOnly={false} isOpen />
          <ReadingSection flow={flow} from={from} edit={edit} isReadOnly={false} />
          <SourceSample flow={flow} from={from} edit={edit} />
        </>
      )}
    </>
  );
}

function Second({ editing }: { readonly editing: Editing }) {
  const { flow, edit, draft } = editing;
  const { from, to } = useApis(flow);
  if (flow === null) return null;
  return (
    <>
      <SideSection side="target" flow={flow} edit={edit} isReadOnly={false} />
      <RestructureSection flow={flow} from={from} edit={edit} isReadOnly={false} />
      <MappingEditor flow={flow} draft={draft.text} from={from} to={to} edit={edit} isReadOnly={false} />
    </>
  );
}

interface ThirdProps {
  readonly editing: Editing;
  readonly isIdRight: boolean;
  readonly isTaken: boolean;
}

function Third({ editing, isIdRight, isTaken }: ThirdProps) {
  const text = useTexts(flowTexts);
  const { to } = usePlace();
  const { flow, edit, save, issues, isSaved } = editing;
  const { from, to: target } = useApis(flow);
  const navigate = useNavigate();
  const { error, isBusy, finish } = useFinish(editing);
  const id = flow?.id ?? "";
  if (flow === null) return <Alert type="warning" showIcon title={text.unreadable} />;
  return (
    <>
      <Naming editing={editing} isTaken={isTaken} />
      {error === null ? null : <ProblemAlert error={error} />}
      <IssueList issues={issues} isSaved={isSaved} onJump={() => void navigate(to(`flows/${id}?tab=source`))} />
      <ScheduleSection flow={flow} edit={edit} isReadOnly={false} />
      <WritingSection flow={flow} from={from} to={target} edit={edit} isReadOnly={false} />
      {isIdRight ? (
        <>
          <PreviewPanel flow={id} before={() => save(id)} mapping={flow.mapping ?? []} declared={target?.request ?? []} />
          <FirstRun id={id} before={() => save(id)} />
          <TryOne id={id} editing={editing} />
        </>
      ) : null}
      <Flex justify="end" style={{ marginBottom: 8 }}>
        <Space>
          <Button disabled={!isIdRight} loading={isBusy} onClick={() => void finish(false)}>
            {text.saveDraft}
          </Button>
          <Button type="primary" disabled={!isIdRight} loading={isBusy} onClick={() => void finish(true)}>
            {text.finish}
          </Button>
        </Space>
      </Flex>
    </>
  );
}

/** Saves; with `isLast` publishes and enables what has no problems, and goes to the flow's page. */
function useFinish({ flow, save }: Editing) {
  const text = useTexts(flowTexts);
  const { workspace, to } = usePlace();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const id = flow?.id ?? "";
  const finish = async (isLast: boolean): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const kept = await save(id);
      if (isLast && kept.issues.length === 0) {
        await ask("POST", workspacePath(workspace, `flows/${id}/publish`), { body: { revision: kept.revision } });
        await ask("POST", workspacePath(workspace, `flows/${id}/enable`));
        await queries.invalidateQueries({ queryKey: ["w", workspace] });
        void message.success(text.published(kept.revision));
        await navigate(to(`flows/${id}`), { state: { isSaved: true } });
        return;
      }
      if (kept.issues.length === 0) void message.success(text.noProblems);
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  return { error, isBusy, finish };
}

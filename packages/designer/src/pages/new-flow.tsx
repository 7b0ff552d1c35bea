/**
 * A new flow: from a template, which asks for two connections, or from scratch in three steps. Both end at the same check: schedule, problems,
 * one real bill, then published and enabled. Every step edits the same draft as the flow's page does.
 */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Col, Flex, Form, Input, Row, Skeleton, Space, Steps } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { ask, workspacePath } from "../api/ask.ts";
import { useConnections, useFlows } from "../api/hooks.ts";
import { IssueList } from "../flow/issue-list.tsx";
import { MappingEditor } from "../flow/mapping-editor.tsx";
import { PreviewPanel } from "../flow/preview-panel.tsx";
import { RestructureSection } from "../flow/restructure-section.tsx";
import { ScheduleSection } from "../flow/schedule-section.tsx";
import { SideSection, useApis } from "../flow/side-section.tsx";
import { TemplateList } from "../flow/template-list.tsx";
import { useDraft, type Editing } from "../flow/use-draft.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import { connectionTexts } from "../language/connection-texts.ts";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";

const BLANK = `id: new-flow
name: ""
source:
  connection: ""
  api: ""
mapping: []
target:
  connection: ""
  api: ""
dispatch:
  enabled: true
  source:
    cron: "*/5 * * * *"
  target:
    cron: "*/2 * * * *"
`;

export function NewFlow() {
  const text = useTexts(flowTexts);
  const { workspace } = usePlace();
  const connections = useConnections(workspace).data;
  const flows = useFlows(workspace).data;
  if (connections === undefined || flows === undefined) return <Skeleton active />;
  return (
    <Page title={text.wizard}>
      <Beginnings hasConnections={connections.items.length > 0} taken={flows.items.map(({ id }) => id)} />
    </Page>
  );
}

type Beginning = Parameters<typeof useDraft>[1];

function Beginnings({ hasConnections, taken }: { readonly hasConnections: boolean; readonly taken: readonly string[] }) {
  const text = useTexts(flowTexts);
  const connection = useTexts(connectionTexts);
  const { to } = usePlace();
  const [begin, setBegin] = useState<Beginning | null>(null);
  // What was taken before this flow was saved itself.
  const [others, setOthers] = useState(taken);
  if (!hasConnections)
    return (
      <Alert
        type="info"
        showIcon
        title={text.noConnections}
        action={
          <Link to={to("connections/new")}>
            <Button type="primary">{connection.make}</Button>
          </Link>
        }
      />
    );
  if (begin !== null)
    return (
      <Wizard
        begin={begin}
        taken={others}
        onBack={() => {
          setOthers(taken);
          setBegin(null);
        }}
      />
    );
  return (
    <TemplateList
      taken={others}
      onBlank={() => setBegin({ id: "", text: BLANK, revision: 0, issues: [] })}
      onMade={(view, name) => {
        const typed = /^name:/m.test(view.text) ? view.text : view.text.replace(/^id:.*$/m, (line) => `${line}\nname: ${name}`);
        setBegin({ id: view.id, text: view.text, typed, revision: view.revision, issues: view.issues });
      }}
    />
  );
}

interface WizardProps {
  readonly begin: Beginning;
  /** Ids that other flows have. */
  readonly taken: readonly string[];
  readonly onBack: () => void;
}

function Wizard({ begin, taken: others, onBack }: WizardProps) {
  const text = useTexts(flowTexts);
  const { workspace } = usePlace();
  // A template has both sides and the mapping.
  const [step, setStep] = useState(begin.revision > 0 ? 2 : 0);
  const editing = useDraft(workspace, begin);
  const { flow, revision } = editing;
  const id = flow?.id ?? "";
  const isIdRight = /^[a-z0-9][a-z0-9-]{0,99}$/.test(id) && (revision > 0 || !others.includes(id));
  const isReady = [
    isIdRight && flow?.source?.connection !== "" && flow?.source?.api !== "",
    flow?.target?.connection !== "" && flow?.target?.api !== "",
    true,
  ];
  return (
    <>
      <Card size="small" style={{ marginBottom: 12 }}>
        <Steps
          size="small"
          current={step}
          items={[
            { title: text.step1, content: text.step1Hint },
            { title: text.step2, content: text.step2Hint },
            { title: text.step3, content: text.step3Hint },
          ]}
        />
      </Card>
      {step === 0 ? <First editing={editing} isTaken={revision === 0 && others.includes(id)} /> : null}
      {step === 1 ? <Second editing={editing} /> : null}
      {step === 2 ? <Third editing={editing} isIdRight={isIdRight} isTaken={revision === 0 && others.includes(id)} /> : null}
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
  return (
    <>
      <Naming editing={editing} isTaken={isTaken} />
      {flow === null ? null : <SideSection side="source" flow={flow} edit={edit} isReadOnly={false} isOpen />}
    </>
  );
}

function Second({ editing }: { readonly editing: Editing }) {
  const { flow, edit } = editing;
  const { from, to } = useApis(flow);
  if (flow === null) return null;
  return (
    <>
      <SideSection side="target" flow={flow} edit={edit} isReadOnly={false} />
      <RestructureSection flow={flow} from={from} edit={edit} isReadOnly={false} />
      <MappingEditor flow={flow} from={from} to={to} edit={edit} isReadOnly={false} />
    </>
  );
}

function Third({ editing, isIdRight, isTaken }: { readonly editing: Editing; readonly isIdRight: boolean; readonly isTaken: boolean }) {
  const text = useTexts(flowTexts);
  const { workspace, to } = usePlace();
  const { flow, edit, save, issues, isSaved } = editing;
  const { to: target } = useApis(flow);
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
        await navigate(to(`flows/${id}`));
        return;
      }
      if (kept.issues.length === 0) void message.success(text.noProblems);
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  if (flow === null) return <Alert type="warning" showIcon title={text.unreadable} />;
  return (
    <>
      <Naming editing={editing} isTaken={isTaken} />
      {error === null ? null : <ProblemAlert error={error} />}
      <IssueList issues={issues} isSaved={isSaved} onJump={() => void navigate(to(`flows/${id}?tab=source`))} />
      <ScheduleSection flow={flow} edit={edit} isReadOnly={false} />
      {isIdRight ? <PreviewPanel flow={id} before={() => save(id)} mapping={flow.mapping ?? []} declared={target?.request ?? []} /> : null}
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

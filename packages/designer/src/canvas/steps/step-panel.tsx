/** About the selected step: switched off and on, ordered, filled in. */
import { CopyOutlined, DeleteOutlined, LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Alert, Button, Card, Flex, Space, Switch, Typography } from "antd";
import { Link } from "react-router";
import type { FlowIssue } from "../../api/ask.ts";
import type { Edit, LooseFlow } from "../../flow/draft.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { formTexts } from "../../language/form-texts.ts";
import { stepsTexts } from "../../language/steps-texts.ts";
import { stepsOf, STEPS_PATH, type FixedKind, type PipeNode } from "./model.ts";
import { StepForm, Written } from "./step-form.tsx";
import type { StepActs } from "./use-step-acts.ts";

interface StepPanelProps {
  readonly node: PipeNode | undefined;
  readonly flow: LooseFlow;
  readonly issues: readonly FlowIssue[];
  readonly fields: readonly { readonly value: string; readonly label: string }[];
  readonly isReadOnly: boolean;
  readonly edit: (edit: Edit) => void;
  readonly acts: StepActs;
}

export function StepPanel({ node, flow, issues, fields, isReadOnly, edit, acts }: StepPanelProps) {
  const form = useTexts(formTexts);
  const text = useTexts(stepsTexts);
  const { pick } = useLanguage();
  if (node === undefined) return <Typography.Paragraph type="secondary">{text.nothingPicked}</Typography.Paragraph>;
  const front = node.type === "step" ? `/restructure/${node.data.index}` : (FRONTS[node.data.kind] ?? "/nothing");
  const told = issues.filter(({ path }) => path === front || path.startsWith(`${front}/`));
  const problems = told.map((issue) => (
    <Alert
      key={`${issue.code} ${issue.path}`}
      type="error"
      showIcon
      title={pick({ zh: issue.zh, en: issue.en })}
      description={pick({ zh: issue.todoZh, en: issue.todoEn })}
    />
  ));
  if (node.type === "fixed")
    return <AboutFixed kind={node.data.kind} flow={flow} isReadOnly={isReadOnly} edit={edit} problems={problems} />;
  const { index, kind, isOff } = node.data;
  const steps = stepsOf(flow);
  const step = steps[index];
  if (step === undefined) return null;
  return (
    <Card size="small" title={`${index + 1}. ${form.steps[kind]?.[0] ?? kind}`}>
      <Flex vertical gap={8}>
        {isReadOnly ? null : (
          <Space wrap size={6}>
            <Switch checked={!isOff} aria-label={isOff ? text.turnOn : text.turnOff} onChange={() => acts.toggle(index)} />
            <Button size="small" icon={<LeftOutlined />} disabled={index === 0} onClick={() => acts.move(index, index - 1)}>
              {text.earlier}
            </Button>
            <Button size="small" icon={<RightOutlined />} disabled={index === steps.length - 1} onClick={() => acts.move(index, index + 1)}>
              {text.later}
            </Button>
            <Button size="small" icon={<CopyOutlined />} onClick={() => acts.insert(step, index + 1)}>
              {text.duplicate}
            </Button>
            <Button size="small" icon={<DeleteOutlined />} onClick={() => acts.remove(index)}>
              {text.remove}
            </Button>
          </Space>
        )}
        {problems}
        <StepForm
          key={index}
          step={step}
          fields={fields}
          isReadOnly={isReadOnly}
          onSet={(key, value) => edit({ kind: "set", path: [...STEPS_PATH, index, key], value })}
        />
      </Flex>
    </Card>
  );
}

const FRONTS: Readonly<Partial<Record<FixedKind, string>>> = {
  source: "/source",
  condition: "/source/condition",
  map: "/mapping",
  write: "/target",
  writeBack: "/writeBack",
};

interface AboutFixedProps {
  readonly kind: FixedKind;
  readonly flow: LooseFlow;
  readonly isReadOnly: boolean;
  readonly edit: (edit: Edit) => void;
  readonly problems: readonly React.ReactNode[];
}

function AboutFixed({ kind, flow, isReadOnly, edit, problems }: AboutFixedProps) {
  const text = useTexts(stepsTexts);
  return (
    <Card size="small" title={text.fixed[kind]}>
      <Flex vertical gap={8}>
        {problems}
        {kind === "condition" ? (
          <>
            <label htmlFor="source-condition">{text.conditionOf}</label>
            <fieldset disabled={isReadOnly} style={{ border: 0, padding: 0, margin: 0 }}>
              <Written
                id="source-condition"
                value={flow.source?.condition}
                onSet={(value) => edit({ kind: "set", path: ["source", "condition"], value })}
              />
            </fieldset>
          </>
        ) : (
          <Link to="?" replace>
            {text.openForm}
          </Link>
        )}
        <Typography.Text type="secondary">{text.fixedHint}</Typography.Text>
      </Flex>
    </Card>
  );
}

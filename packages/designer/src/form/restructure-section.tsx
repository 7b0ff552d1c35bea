/** How rows become bills: the steps in their order, each added, filled in, moved and taken away here. */
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import type { RestructureStep } from "@datong/core";
import { Button, Card, Dropdown, Flex, Form, Space, Typography } from "antd";
import { memo } from "react";
import type { Api } from "../api/answers.ts";
import type { Edit, LooseFlow } from "../flow/draft.ts";
import { fieldOptions, flatFields, sourceFields } from "../flow/fields.ts";
import { formTexts } from "../language/form-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { StepForm } from "./step-form.tsx";
import { newStep, STEP_ITEMS, type StepKind } from "./step-shapes.ts";
import { isSameForm } from "./same-form.ts";

export const RestructureSection = memo(RestructureSectionForm, isSameForm);

interface RestructureSectionProps {
  readonly flow: LooseFlow;
  readonly from: Api | undefined;
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

function RestructureSectionForm({ flow, from, edit, isReadOnly }: RestructureSectionProps) {
  const text = useTexts(formTexts);
  const steps: readonly RestructureStep[] = Array.isArray(flow.restructure) ? flow.restructure : [];
  if (steps.length === 0 && isReadOnly) return null;
  // Where a source answers line by line, there is nothing that could be an array yet.
  const before = (index: number) => flatFields(sourceFields(from, { ...flow, restructure: steps.slice(0, index) }));
  const add = (kind: StepKind): void => {
    const known = before(steps.length);
    const list = known.find(({ type }) => type === "array")?.path ?? "items";
    const lines = known.filter(({ path }) => isLineField(path, from)).map(({ path }) => path);
    edit({ kind: "add", path: ["restructure"], values: [newStep(kind, from?.id ?? [], lines, list)] });
  };
  return (
    <Card
      size="small"
      title={text.restructure}
      extra={<Typography.Text type="secondary">{text.restructureHint}</Typography.Text>}
      style={{ marginBottom: 12 }}
    >
      {steps.length === 0 ? <Typography.Paragraph type="secondary">{text.noSteps}</Typography.Paragraph> : null}
      <Form layout="vertical" component="div" disabled={isReadOnly}>
        {steps.map((step, index) => (
          <StepCard
            // oxlint-disable-next-line react/no-array-index-key -- steps have no name but their place
            key={`${step.kind} ${index}`}
            index={index}
            steps={steps}
            known={before(index)}
            edit={edit}
            isReadOnly={isReadOnly}
          />
        ))}
      </Form>
      {isReadOnly ? null : (
        <Dropdown
          menu={{
            items: (Object.keys(STEP_ITEMS) as StepKind[]).map((kind) => ({
              key: kind,
              label: (
                <>
                  {text.steps[kind]?.[0]} <Typography.Text type="secondary">{text.steps[kind]?.[1]}</Typography.Text>
                </>
              ),
            })),
            onClick: ({ key }) => add(key as StepKind),
          }}
          trigger={["click"]}
        >
          <Button icon={<PlusOutlined />}>{text.addStep}</Button>
        </Dropdown>
      )}
    </Card>
  );
}

/** Fields that belong to a line, as far as their names tell: those that the API counts by line, and Kingdee's entries. */
function isLineField(name: string, from: Api | undefined): boolean {
  return name === from?.lineId || /^(FEntity_|FMaterialId|FRealQty|FStockId|FQty|sku|qty)/i.test(name);
}

interface StepCardProps {
  readonly index: number;
  readonly steps: readonly RestructureStep[];
  readonly known: ReturnType<typeof flatFields>;
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

function StepCard({ index, steps, known, edit, isReadOnly }: StepCardProps) {
  const text = useTexts(formTexts);
  const { language } = useLanguage();
  const step = steps[index] as RestructureStep;
  const [name = step.kind, about = ""] = text.steps[step.kind] ?? [];
  const title = `${index + 1}. ${name}`;
  const move = (to: number): void => edit({ kind: "move", path: ["restructure"], from: index, to });
  return (
    <div style={{ marginBottom: 12, paddingInlineStart: 12, borderInlineStart: "3px solid #3d8fe0" }}>
      <Flex justify="space-between" align="center" gap={8} wrap>
        <span>
          <Typography.Text strong>{title}</Typography.Text> <Typography.Text type="secondary">{about}</Typography.Text>
        </span>
        {isReadOnly ? null : (
          <Space size={0}>
            <Button
              type="text"
              size="small"
              icon={<ArrowUpOutlined />}
              aria-label={`${text.up} ${title}`}
              disabled={index === 0}
              onClick={() => move(index - 1)}
            />
            <Button
              type="text"
              size="small"
              icon={<ArrowDownOutlined />}
              aria-label={`${text.down} ${title}`}
              disabled={index === steps.length - 1}
              onClick={() => move(index + 1)}
            />
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              aria-label={`${text.remove} ${title}`}
              // The last step takes the whole list with it.
              onClick={() =>
                edit(
                  steps.length === 1
                    ? { kind: "set", path: ["restructure"], value: undefined }
                    : { kind: "remove", path: ["restructure", index] },
                )
              }
            />
          </Space>
        )}
      </Flex>
      <StepForm
        at={["restructure", index]}
        step={step}
        fields={fieldOptions(known, language)}
        lists={known.filter(({ type }) => type === "array").map(({ path }) => path)}
        edit={edit}
        isReadOnly={isReadOnly}
      />
    </div>
  );
}

/** How rows become bills. Grouping, which most sources need, is edited here; other steps are told, and changed in the source view. */
import { Button, Card, Col, Flex, Form, Input, Row, Select, Steps, Typography } from "antd";
import type { Api } from "../api/answers.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import type { Edit, LooseFlow } from "./draft.ts";

interface RestructureSectionProps {
  readonly flow: LooseFlow;
  readonly from: Api | undefined;
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

export function RestructureSection({ flow, from, edit, isReadOnly }: RestructureSectionProps) {
  const text = useTexts(flowTexts);
  const steps = Array.isArray(flow.restructure) ? flow.restructure : [];
  if (steps.length === 0) {
    // Only a source that answers line by line has something to group.
    if (isReadOnly || from === undefined || from.response.some(({ type }) => type === "array")) return null;
    const begin = { kind: "group", by: [...(from.id ?? [])], lines: "items", lineFields: lineFields(from) };
    return (
      <Card size="small" style={{ marginBottom: 12 }}>
        <Flex justify="space-between" align="center" gap={12} wrap>
          <Typography.Text type="secondary">{text.groupHint}</Typography.Text>
          <Button onClick={() => edit({ kind: "set", path: ["restructure"], value: [begin] })}>{text.groupAdd}</Button>
        </Flex>
      </Card>
    );
  }
  return (
    <Card
      size="small"
      title={text.restructure}
      extra={<Typography.Text type="secondary">{text.restructureHint}</Typography.Text>}
      style={{ marginBottom: 12 }}
    >
      <Steps
        size="small"
        orientation="vertical"
        items={steps.map((step, index) => {
          const { kind, ...rest } = step;
          return {
            status: "finish" as const,
            title: text.stepNames[kind] ?? kind,
            content:
              step.kind === "group" ? (
                <GroupForm at={["restructure", index]} step={step} from={from} edit={edit} isReadOnly={isReadOnly} />
              ) : (
                <span className="mono">{JSON.stringify(rest)}</span>
              ),
          };
        })}
      />
    </Card>
  );
}

/** Fields that belong to a line, as far as their names tell: those that the API counts by line, and Kingdee's entries. */
function lineFields({ response, lineId }: Api): readonly string[] {
  return response
    .map(({ field }) => field)
    .filter((field) => field === lineId || /^(FEntity_|FMaterialId|FRealQty|FStockId|FQty|sku|qty)/i.test(field));
}

interface GroupFormProps {
  readonly at: readonly [string, number];
  readonly step: { readonly by: readonly string[]; readonly lines: string; readonly lineFields?: readonly string[] | undefined };
  readonly from: Api | undefined;
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

function GroupForm({ at, step, from, edit, isReadOnly }: GroupFormProps) {
  const text = useTexts(flowTexts);
  const options = (from?.response ?? []).map(({ field, label }) => ({ value: field, label: `${label} ${field}` }));
  const set = (key: string, value: unknown): void => edit({ kind: "set", path: [...at, key], value });
  return (
    <Form layout="vertical" component="div" disabled={isReadOnly}>
      <Row gutter={12}>
        <Col xs={24} md={7}>
          <Form.Item label={text.groupBy} htmlFor="group-by" style={{ marginBottom: 0 }}>
            <Select
              id="group-by"
              mode="tags"
              value={[...step.by]}
              options={options}
              optionLabelProp="value"
              onChange={(by: string[]) => set("by", by)}
            />
          </Form.Item>
        </Col>
        <Col xs={24} md={5}>
          <Form.Item label={text.groupLines} htmlFor="group-lines" style={{ marginBottom: 0 }}>
            <Input id="group-lines" className="mono" value={step.lines} onChange={({ target }) => set("lines", target.value)} />
          </Form.Item>
        </Col>
        <Col xs={24} md={12}>
          <Form.Item label={text.groupFields} htmlFor="group-fields" style={{ marginBottom: 0 }}>
            <Select
              id="group-fields"
              mode="tags"
              value={[...(step.lineFields ?? [])]}
              options={options}
              optionLabelProp="value"
              onChange={(fields: string[]) => set("lineFields", fields.length === 0 ? undefined : fields)}
            />
          </Form.Item>
        </Col>
      </Row>
    </Form>
  );
}

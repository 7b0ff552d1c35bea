/** When a flow reads and writes, and how often it tries again. */
import { Card, Col, Form, Input, InputNumber, Row } from "antd";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import type { Edit, LooseFlow } from "./draft.ts";

interface ScheduleSectionProps {
  readonly flow: LooseFlow;
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

export function ScheduleSection({ flow, edit, isReadOnly }: ScheduleSectionProps) {
  const text = useTexts(flowTexts);
  const { dispatch } = flow;
  const cron = (side: "source" | "target", label: string) => (
    <Col xs={24} md={8}>
      <Form.Item label={label} htmlFor={`cron-${side}`} extra={text.cronHint} style={{ marginBottom: 0 }}>
        <Input
          id={`cron-${side}`}
          className="mono"
          value={dispatch?.[side]?.cron ?? ""}
          onChange={({ target }) =>
            edit({
              kind: "set",
              path: target.value === "" ? ["dispatch", side] : ["dispatch", side, "cron"],
              value: target.value === "" ? undefined : target.value,
            })
          }
        />
      </Form.Item>
    </Col>
  );
  return (
    <Card size="small" title={text.schedule} style={{ marginBottom: 12 }}>
      <Form layout="vertical" component="div" disabled={isReadOnly}>
        <Row gutter={12}>
          {cron("source", text.readEvery)}
          {cron("target", text.writeEvery)}
          <Col xs={24} md={8}>
            <Form.Item label={text.retries} htmlFor="retries" extra={text.retriesHint} style={{ marginBottom: 0 }}>
              <InputNumber
                id="retries"
                min={0}
                max={20}
                precision={0}
                value={dispatch?.retries?.count ?? null}
                placeholder="5"
                onChange={(count) =>
                  edit({
                    kind: "set",
                    path: count === null ? ["dispatch", "retries"] : ["dispatch", "retries", "count"],
                    value: count ?? undefined,
                  })
                }
              />
            </Form.Item>
          </Col>
        </Row>
      </Form>
    </Card>
  );
}

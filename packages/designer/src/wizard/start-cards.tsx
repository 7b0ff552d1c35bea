/** Other ways to begin: a copy of a flow, a scheme of 轻易云. */
import { CopyOutlined, ImportOutlined } from "@ant-design/icons";
import { Button, Card, Col, Flex, Row, Select, Typography } from "antd";
import { useState } from "react";
import type { FlowView } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useFlows } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { wizardTexts } from "../language/wizard-texts.ts";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";
import { copied, freeId, type Beginning } from "./beginnings.ts";

interface StartCardsProps {
  readonly taken: readonly string[];
  readonly onCopied: (begin: Beginning) => void;
  readonly onImport: () => void;
}

export function StartCards({ taken, onCopied, onImport }: StartCardsProps) {
  const text = useTexts(wizardTexts);
  const { workspace } = usePlace();
  const flows = useFlows(workspace).data?.items ?? [];
  const [error, setError] = useState<unknown>(null);
  const copy = async (id: string): Promise<void> => {
    setError(null);
    try {
      const view = await ask<FlowView>("GET", workspacePath(workspace, `flows/${id}`));
      onCopied(copied(view.text, freeId(`${id}-copy`, taken), text.copyOf(view.document?.name ?? id)));
    } catch (refused) {
      setError(refused);
    }
  };
  return (
    <>
      {error === null ? null : <ProblemAlert error={error} />}
      <Row gutter={[12, 12]} style={{ marginBottom: 16 }}>
        <Col xs={24} md={12}>
          <Card size="small" style={{ height: "100%" }}>
            <Flex justify="space-between" align="center" gap={12} wrap>
              <div style={{ flex: "1 1 200px" }}>
                <Typography.Text strong>{text.importQeasy}</Typography.Text>
                <br />
                <Typography.Text type="secondary">{text.importHint}</Typography.Text>
              </div>
              <Button icon={<ImportOutlined />} onClick={onImport}>
                {text.importQeasy}
              </Button>
            </Flex>
          </Card>
        </Col>
        {flows.length === 0 ? null : (
          <Col xs={24} md={12}>
            <Card size="small" style={{ height: "100%" }}>
              <Flex justify="space-between" align="center" gap={12} wrap>
                <div style={{ flex: "1 1 200px" }}>
                  <Typography.Text strong>
                    <CopyOutlined /> {text.copy}
                  </Typography.Text>
                  <br />
                  <Typography.Text type="secondary">{text.copyHint}</Typography.Text>
                </div>
                <Select
                  aria-label={text.copy}
                  placeholder={text.chooseFlow}
                  showSearch={{ optionFilterProp: "label" }}
                  style={{ width: 220 }}
                  value={null}
                  options={flows.map(({ id, name }) => ({ value: id, label: `${name ?? ""} ${id}`.trim() }))}
                  onChange={(id: string) => void copy(id)}
                />
              </Flex>
            </Card>
          </Col>
        )}
      </Row>
    </>
  );
}

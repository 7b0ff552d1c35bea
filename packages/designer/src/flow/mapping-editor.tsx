/** Source fields left, target fields right: drag a source field onto a value, or type with completion; required fields that lack are told. */
import { Alert, Button, Card, Col, Flex, Row, Select, Typography } from "antd";
import type { Api } from "../api/answers.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import type { Edit, LooseFlow } from "./draft.ts";
import { flatFields, mappingRows, newMapping, sourceFields, unmapped, type MissingField } from "./fields.ts";
import { MappingTable } from "./mapping-table.tsx";
import { SourceTree } from "./source-tree.tsx";

interface MappingEditorProps {
  readonly flow: LooseFlow;
  readonly from: Api | undefined;
  readonly to: Api | undefined;
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

export function MappingEditor({ flow, from, to, edit, isReadOnly }: MappingEditorProps) {
  const text = useTexts(flowTexts);
  const { language } = useLanguage();
  const mapping = Array.isArray(flow.mapping) ? flow.mapping : [];
  const source = sourceFields(from, flow);
  const lists = flatFields(source).flatMap(({ path, type }) => (type === "array" ? [path] : []));
  const rows = mappingRows(mapping, to?.request ?? []);
  const free = unmapped(mapping, to?.request ?? []);
  const needed = free.filter(({ field }) => field.required === true);
  const add = (fields: readonly MissingField[]): void => {
    for (const { to: path, field } of fields) edit({ kind: "add", path, values: [newMapping(field, lists)] });
  };
  return (
    <Card size="small" title={text.mapping} style={{ marginBottom: 12 }}>
      {needed.length === 0 ? null : (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 12 }}
          title={text.missingRequired(
            needed.map(({ name, field }) => (language === "zh" ? field.label : name)).join(language === "zh" ? "、" : ", "),
          )}
          action={
            isReadOnly ? null : (
              <Button size="small" onClick={() => add(needed)}>
                {text.addRequired(needed.length)}
              </Button>
            )
          }
        />
      )}
      <Row gutter={12} wrap>
        <Col xs={24} lg={7}>
          <SourceTree fields={source} />
        </Col>
        <Col xs={24} lg={17}>
          <Flex justify="space-between" align="center" gap={8} wrap style={{ marginBottom: 8 }}>
            <Typography.Text type="secondary">{text.mappingHint}</Typography.Text>
            {isReadOnly ? null : (
              <Select
                aria-label={text.addField}
                placeholder={text.addField}
                style={{ width: 240 }}
                showSearch={{ optionFilterProp: "label" }}
                value={null}
                options={free.map(({ name, field }) => ({ value: name, label: `${field.label} ${name}` }))}
                onChange={(name) => add(free.filter((each) => each.name === name))}
              />
            )}
          </Flex>
          <MappingTable rows={rows} source={source} edit={edit} isReadOnly={isReadOnly} />
        </Col>
      </Row>
    </Card>
  );
}

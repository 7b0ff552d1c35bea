/** A column of numbers pasted from Excel: where each is, and which the ledger does not have. */
import { Button, Flex, Input, Modal, Table, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { Items, RecordRef } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import { useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { recordPath, usePlace } from "../../shell/place.tsx";

interface Line {
  readonly number: string;
  readonly found: readonly RecordRef[];
}

export function ManyNumbers({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const text = useTexts(recordTexts);
  const { workspace, to } = usePlace();
  const [typed, setTyped] = useState("");
  const [lines, setLines] = useState<readonly Line[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const numbers = typed.split(/[\s,，;；]+/).filter((number) => number !== "");
  const find = async (): Promise<void> => {
    setError(null);
    try {
      const body = { numbers: numbers.slice(0, 500) };
      setLines((await ask<Items<Line>>("POST", workspacePath(workspace, "records/search"), { body })).items);
    } catch (refused) {
      setError(refused);
    }
  };
  return (
    <Modal open={isOpen} title={text.pasteMany} onCancel={onClose} footer={null} width={680}>
      <Flex vertical gap={12}>
        <Input.TextArea
          aria-label={text.pasteHint}
          placeholder={text.pasteHint}
          rows={6}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        <Button type="primary" disabled={numbers.length === 0} onClick={() => void find()}>
          {text.pasteFind} {numbers.length > 0 ? `(${numbers.length})` : ""}
        </Button>
        {error === null ? null : <ProblemAlert error={error} />}
        {lines === null ? null : (
          <Table
            size="small"
            rowKey="number"
            dataSource={[...lines]}
            pagination={{ pageSize: 50, hideOnSinglePage: true }}

            columns={[
              { title: text.number, dataIndex: "number" },
              {
                title: text.foundIn,
                render: (_, { found }) =>
                  found.length === 0 ? (
                    <Tag color="red">{text.notFound}</Tag>
                  ) : (
                    found.map(({ flow, key }) => (
                      <div key={`${flow} ${key}`}>
                        <Link to={to(recordPath(flow, key))}>{flow}</Link>
                      </div>
                    ))
                  ),
              },
            ]}
          />
        )}
      </Flex>
    </Modal>
  );
}

/** A column of numbers pasted from Excel: where each is, and which the ledger does not have. */
import { Button, Flex, Input, Modal } from "antd";
import { useState } from "react";
import type { Items, RecordRef } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import { useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";
import { FoundTable, type FoundLine } from "./found-table.tsx";
import { WhyNot, type Why } from "./why-not.tsx";

interface Line {
  readonly number: string;
  readonly found: readonly RecordRef[];
}

interface Found extends Items<Line> {
  readonly why: readonly Why[];
}

const linesOf = ({ number, found }: Line): readonly FoundLine[] =>
  found.length === 0 ? [{ asked: number, record: null }] : found.map((record) => ({ asked: number, record }));

export function ManyNumbers({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const text = useTexts(recordTexts);
  const { workspace } = usePlace();
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<unknown>(null);
  const numbers = typed.split(/[\s,，;；]+/).filter((number) => number !== "");
  const find = async (): Promise<void> => {
    setError(null);
    try {
      const body = { numbers: numbers.slice(0, 500) };
      setFound(await ask<Found>("POST", workspacePath(workspace, "records/search"), { body }));
    } catch (refused) {
      setError(refused);
    }
  };
  const missing = (found?.items ?? []).filter((line) => line.found.length === 0).map(({ number }) => number);
  return (
    <Modal open={isOpen} title={text.pasteMany} onCancel={onClose} footer={null} width={920}>
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
        {found === null ? null : (
          <>
            <FoundTable lines={found.items.flatMap(linesOf)} />
            {missing.length === 0 ? null : <WhyNot key={missing.join(" ")} numbers={missing} why={found.why} />}
          </>
        )}
      </Flex>
    </Modal>
  );
}

/** Numbers that bulk work does nothing with: those that the ledger lacks, and those whose bills are in another status, the first with it. */
import { Alert, Flex } from "antd";
import type { Status } from "../../api/answers.ts";
import { failureTexts } from "../../language/failure-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { StatusTag } from "../../parts/status-tag.tsx";

export interface Apart {
  readonly missing: number;
  readonly untouched: number;
  readonly untouchedNumbers: readonly { readonly number: string; readonly status: Status }[];
}

export function NumbersApart({ apart: { missing, untouched, untouchedNumbers } }: { readonly apart: Apart }) {
  const text = useTexts(failureTexts);
  const told = [...(missing > 0 ? [text.bulkMissing(missing)] : []), ...(untouched > 0 ? [text.bulkUntouched(untouched)] : [])];
  if (told.length === 0) return null;
  const others = untouched - untouchedNumbers.length;
  return (
    <Alert
      type="info"
      showIcon
      data-apart
      title={told.join(" · ")}
      description={
        untouchedNumbers.length === 0 ? undefined : (
          <Flex wrap gap={8}>
            {untouchedNumbers.map(({ number, status }) => (
              <StatusTag key={number} status={status} suffix={number} />
            ))}
            {others > 0 ? text.bulkOthers(others) : null}
          </Flex>
        )
      }
    />
  );
}

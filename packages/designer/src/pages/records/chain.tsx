/** The bill across flows, by the numbers that its bills share: order, outbound, receivable. Nothing is shown where it stands alone. */
import { Card, Flex, Tag, Typography } from "antd";
import { Link } from "react-router";
import type { Status } from "../../api/answers.ts";
import { useAnswer } from "../../api/hooks.ts";
import { failureTexts } from "../../language/failure-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { StatusTag } from "../../parts/status-tag.tsx";
import { recordPath, usePlace } from "../../shell/place.tsx";

interface ChainAnswer {
  readonly records: readonly {
    readonly flow: string;
    readonly key: string;
    readonly number: string | null;
    readonly status: Status;
    readonly targetNumbers: readonly string[];
  }[];
  readonly isCut: boolean;
}

export function Chain({ flow, recordKey }: { readonly flow: string; readonly recordKey: string }) {
  const text = useTexts(failureTexts);
  const { workspace, to } = usePlace();
  const { data } = useAnswer<ChainAnswer>(workspace, `flows/${flow}/records/chain?key=${encodeURIComponent(recordKey)}`);
  if (data === undefined || data.records.length < 2) return null;
  return (
    <Card size="small" title={text.chain} extra={<Typography.Text type="secondary">{text.chainHint}</Typography.Text>}>
      <Flex vertical gap={6}>
        {data.records.map((record) => {
          const isHere = record.flow === flow && record.key === recordKey;
          return (
            <Flex key={`${record.flow} ${record.key}`} gap={8} align="center" wrap>
              <span>{record.flow}</span>
              {isHere ? (
                <strong>{record.number ?? record.key}</strong>
              ) : (
                <Link to={to(recordPath(record.flow, record.key))}>{record.number ?? record.key}</Link>
              )}
              <StatusTag status={record.status} />
              {record.targetNumbers.length === 0 ? null : <span>→ {record.targetNumbers.join(", ")}</span>}
              {isHere ? <Tag>{text.here}</Tag> : null}
            </Flex>
          );
        })}
        {data.isCut ? <Typography.Text type="secondary">{text.chainCut}</Typography.Text> : null}
      </Flex>
    </Card>
  );
}

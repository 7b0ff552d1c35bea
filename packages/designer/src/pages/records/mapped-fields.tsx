/**
 * A bill's fields as the published mapping makes them of the stored rows: between what was read and what was sent. It is worked out anew, so
 * that a mapping that was changed since shows what it would send now.
 */
import { useQuery } from "@tanstack/react-query";
import { Alert, Flex, Skeleton, Typography } from "antd";
import type { FlowView } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import { useAnswer } from "../../api/hooks.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import type { Trial } from "../../mapping/trial.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";
import { TraceTable } from "../debug/trace-table.tsx";

export function MappedFields({ flow, rows }: { readonly flow: string; readonly rows: string }) {
  const text = useTexts(recordTexts);
  const { pick } = useLanguage();
  const { workspace } = usePlace();
  const view = useAnswer<FlowView>(workspace, `flows/${flow}`).data;
  const mapping = view?.published ?? null;
  const { data, error, refetch } = useQuery({
    queryKey: ["w", workspace, "try", mapping, rows],
    enabled: mapping !== null,
    queryFn: ({ signal }) => ask<Trial>("POST", workspacePath(workspace, "try"), { body: { text: mapping, rows }, exact: true, signal }),
  });
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton active />;
  if (data.stopped !== null) return <Alert type="warning" showIcon title={pick(data.stopped)} />;
  return (
    <Flex vertical gap={8}>
      <Typography.Text type="secondary">{text.mappedHint(view?.publishedRevision ?? 0)}</Typography.Text>
      {data.records.map(({ key, dropped }) => (dropped === null ? null : <Alert key={key} type="info" showIcon title={dropped} />))}
      {data.documents.map(({ part, fields }) => (
        <TraceTable key={part} trace={fields.map(({ fieldPath, ...trace }) => ({ path: fieldPath, ...trace }))} />
      ))}
    </Flex>
  );
}

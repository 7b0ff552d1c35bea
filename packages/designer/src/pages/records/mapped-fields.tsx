/**
 * A bill's fields as the mapping made them of the stored rows: between what was read and what was sent. It is worked out anew by the text of
 * the flow that the bill was mapped by; where another is published since, that one can be looked at beside it.
 */
import { useQuery } from "@tanstack/react-query";
import { Alert, Flex, Segmented, Skeleton, Typography } from "antd";
import { useState } from "react";
import type { FlowView } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import { useAnswer } from "../../api/hooks.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import type { Trial } from "../../mapping/trial.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";
import { TraceTable } from "../debug/trace-table.tsx";

interface MappedBy {
  readonly text: string | null;
  readonly isPublished: boolean;
}

export function MappedFields({ flow, recordKey, rows }: { readonly flow: string; readonly recordKey: string; readonly rows: string }) {
  const text = useTexts(recordTexts);
  const { pick } = useLanguage();
  const { workspace } = usePlace();
  const [which, setWhich] = useState<"then" | "now">("then");
  const view = useAnswer<FlowView>(workspace, `flows/${flow}`).data;
  const then = useAnswer<MappedBy>(workspace, `flows/${flow}/records/mapped-by?key=${encodeURIComponent(recordKey)}`).data;
  const hasChanged = then !== undefined && then.text !== null && !then.isPublished;
  const isThen = hasChanged && which === "then";
  const mapping = then === undefined ? null : isThen ? then.text : (view?.published ?? null);
  const { data, error, refetch } = useQuery({
    queryKey: ["w", workspace, "try", mapping, rows],
    enabled: mapping !== null,
    queryFn: ({ signal }) => ask<Trial>("POST", workspacePath(workspace, "try"), { body: { text: mapping, rows }, exact: true, signal }),
  });
  const choice = hasChanged ? (
    <Segmented
      size="small"
      style={{ alignSelf: "start" }}
      value={which}
      onChange={setWhich}
      options={[
        { value: "then", label: text.mappedThen },
        { value: "now", label: text.mappedNow(view?.publishedRevision ?? 0) },
      ]}
    />
  ) : null;
  const hint = isThen ? text.mappedThenHint : text.mappedHint(view?.publishedRevision ?? 0);
  return (
    <Flex vertical gap={8}>
      {choice}
      {error !== null ? (
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton active />
      ) : data.stopped !== null ? (
        <Alert type="warning" showIcon title={pick(data.stopped)} />
      ) : (
        <>
          <Typography.Text type="secondary">{hint}</Typography.Text>
          {data.records.map(({ key, dropped }) => (dropped === null ? null : <Alert key={key} type="info" showIcon title={dropped} />))}
          {data.documents.map(({ part, fields }) => (
            <TraceTable key={part} trace={fields.map(({ fieldPath, ...trace }) => ({ path: fieldPath, ...trace }))} />
          ))}
        </>
      )}
    </Flex>
  );
}

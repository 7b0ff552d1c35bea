/** Retry of many: how many, three of them as they would be sent now, then the work with its progress, which goes on without this window. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Flex, Modal, Progress, Radio, Space, Typography } from "antd";
import { useEffect, useState } from "react";
import { ask, workspacePath } from "../../api/ask.ts";
import { failureTexts } from "../../language/failure-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { Change } from "../../parts/change.tsx";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";

import type { BulkSelection } from "./bulk-retry.tsx";
import { NumbersApart, type Apart } from "./numbers-apart.tsx";

interface Sample {
  readonly key: string;
  readonly number: string | null;
  readonly problem: string | null;
  readonly changes: readonly { readonly path: string; readonly before: string | null; readonly after: string | null }[];
}
interface Bulk extends Apart {
  readonly id: string;
  readonly state: string;
  readonly total: number | null;
  readonly done: number;
  readonly queued: number;
  readonly settled: number;
  readonly unmapped: number;
}

const HOWS = ["map", "same", "fetch"] as const;
type How = (typeof HOWS)[number];
const LOOK_MS = 400;
const CHANGES_SHOWN = 8;

interface BulkDialogProps {
  readonly flow: string;
  readonly selection: BulkSelection;
  readonly onClose: () => void;
}

export function BulkDialog({ flow, selection, onClose }: BulkDialogProps) {
  const text = useTexts(failureTexts);
  const records = useTexts(recordTexts);
  const { workspace } = usePlace();
  const [how, setHow] = useState<How>("map");
  const [bulk, setBulk] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const count = useQuery({
    queryKey: ["w", workspace, "bulk-count", flow, selection],
    queryFn: ({ signal }) =>
      ask<Apart & { readonly count: number }>("POST", workspacePath(workspace, `flows/${flow}/bulk/count`), {
        body: { ...selection, kind: "retry" },
        signal,
      }),
    staleTime: Infinity,
  });
  const begin = async (): Promise<void> => {
    setError(null);
    try {
      setBulk((await ask<Bulk>("POST", workspacePath(workspace, `flows/${flow}/bulk`), { body: { ...selection, kind: "retry", how } })).id);
    } catch (refused) {
      setError(refused);
    }
  };
  return (
    <Modal
      open
      width={680}
      title={text.bulkTitle}
      onCancel={onClose}
      footer={
        bulk === null ? (
          <Button type="primary" disabled={(count.data?.count ?? 0) === 0} onClick={() => void begin()}>
            {text.bulkStart}
          </Button>
        ) : (
          <Button onClick={onClose}>{text.bulkClose}</Button>
        )
      }
    >
      <Flex vertical gap={12}>
        {count.data === undefined ? null : <Typography.Text strong>{text.bulkCount(count.data.count)}</Typography.Text>}
        {count.error === null ? null : <ProblemAlert error={count.error} />}
        {bulk === null ? (
          <>
            {count.data === undefined ? null : <NumbersApart apart={count.data} />}
            <Radio.Group value={how} onChange={({ target }) => setHow(target.value as How)}>
              <Space orientation="vertical">
                {HOWS.map((each) => (
                  <Radio key={each} value={each}>
                    {records.how[each]}
                    <br />
                    <Typography.Text type="secondary">{records.howHint[each]}</Typography.Text>
                  </Radio>
                ))}
              </Space>
            </Radio.Group>
            {how === "map" ? <Samples flow={flow} selection={selection} /> : null}
          </>
        ) : (
          <BulkProgress id={bulk} />
        )}
        {error === null ? null : <ProblemAlert error={error} />}
      </Flex>
    </Modal>
  );
}

function Samples({ flow, selection }: Omit<BulkDialogProps, "onClose">) {
  const text = useTexts(failureTexts);
  const { workspace } = usePlace();
  const given = selection.numbers === undefined ? selection : { numbers: selection.numbers.slice(0, 3) };
  const { data, error } = useQuery({
    queryKey: ["w", workspace, "retry-samples", flow, given],
    queryFn: ({ signal }) =>
      ask<{ readonly items: readonly Sample[] }>("POST", workspacePath(workspace, `flows/${flow}/records/retry-samples`), {
        body: given,
        signal,
      }),
    staleTime: 10_000,
  });
  if (error !== null) return <ProblemAlert error={error} />;
  return (
    <div>
      <Typography.Text strong>{text.bulkSamples}</Typography.Text>
      {data?.items.map(({ key, number, problem, changes }) => (
        <div key={key} style={{ marginTop: 6 }} data-sample>
          <Typography.Text>{number ?? key}</Typography.Text>{" "}
          {problem === null ? null : <Typography.Text type="danger">{text.bulkStill(problem)}</Typography.Text>}
          {problem === null && changes.length === 0 ? <Typography.Text type="secondary">{text.bulkSame}</Typography.Text> : null}
          {changes.slice(0, CHANGES_SHOWN).map(({ path, before, after }) => (
            <div key={path}>
              <span className="mono">{path}</span> <Change before={before} after={after} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function BulkProgress({ id }: { readonly id: string }) {
  const text = useTexts(failureTexts);
  const { workspace, may } = usePlace();
  const queries = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ["w", workspace, "bulk", id],
    queryFn: ({ signal }) => ask<Bulk>("GET", workspacePath(workspace, `bulk/${id}`), { signal }),
    refetchInterval: ({ state }) => (hasEnded(state.data) ? false : LOOK_MS),
  });
  const isOver = hasEnded(data);
  useEffect(() => {
    if (!isOver) return;
    for (const part of ["records", "counts", "queues"]) void queries.invalidateQueries({ queryKey: ["w", workspace, part] });
  }, [isOver, queries, workspace]);
  if (error !== null) return <ProblemAlert error={error} />;
  if (data === undefined) return null;
  const { state, total, done, queued, settled, unmapped } = data;
  const percent = isOver && state === "done" ? 100 : total === null || total === 0 ? 0 : Math.floor((done / total) * 100);
  return (
    <Flex vertical gap={8}>
      <Progress percent={percent} aria-label={text.bulkTitle} />
      <span>
        {text.bulkState[state] ?? state} · {text.bulkProgress(done, total ?? done)}
      </span>
      {isOver ? (
        <>
          <Alert
            type={state === "done" ? "success" : "warning"}
            showIcon
            title={<span data-bulk>{text.bulkDone(queued, settled, unmapped)}</span>}
          />
          <NumbersApart apart={data} />
        </>
      ) : may("cancelBulk") ? (
        <div>
          <Button size="small" onClick={() => void ask("POST", workspacePath(workspace, `bulk/${id}/cancel`))}>
            {text.bulkCancel}
          </Button>
        </div>
      ) : null}
    </Flex>
  );
}

function hasEnded(bulk: Bulk | undefined): boolean {
  return bulk !== undefined && bulk.state !== "waiting" && bulk.state !== "running";
}

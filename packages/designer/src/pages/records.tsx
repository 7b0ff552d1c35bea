/** The bills of a flow, by status and number, in pages from the server; a number of either side found in all flows; many numbers at once. */
import { Button, Card, Empty, Flex, Skeleton } from "antd";
import { useCallback, useMemo, useRef, useState } from "react";
import { Navigate, useSearchParams } from "react-router";
import type { CountRow, FlowRow, Items, RecordRef } from "../api/answers.ts";
import { useAnswer, useFlows } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { FirstFlow } from "../parts/first-flow.tsx";
import { recordTexts } from "../language/record-texts.ts";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { recordPath, usePlace } from "../shell/place.tsx";
import { FoundTable } from "./records/found-table.tsx";
import { AllFlows } from "./records/all-flows.tsx";
import { ManyNumbers } from "./records/many-numbers.tsx";
import { ALL_FLOWS } from "./records/record-filters.tsx";
import { RecordList } from "./records/record-list.tsx";
import { WhyNot, type Why } from "./records/why-not.tsx";

export function Records() {
  const text = useTexts(recordTexts);
  const [params] = useSearchParams();
  const [isMany, setMany] = useState(false);
  const find = params.get("find");
  // The same elements for as long as they say the same: a filter in the address draws nothing of the page anew but the list.
  return useMemo(
    () => (
      <Page title={text.title} about={text.about} actions={<Button onClick={() => setMany(true)}>{text.pasteMany}</Button>}>
        {find === null ? <FlowRecords /> : <Found number={find} />}
        <ManyNumbers isOpen={isMany} onClose={() => setMany(false)} />
      </Page>
    ),
    [text, find, isMany],
  );
}

function Found({ number }: { readonly number: string }) {
  const text = useTexts(recordTexts);
  const { workspace, to } = usePlace();
  const exact = useAnswer<Items<RecordRef> & { readonly why?: readonly Why[] }>(
    workspace,
    `records/search?why=true&number=${encodeURIComponent(number)}`,
  );
  const beginning = useAnswer<Items<RecordRef>>(workspace, `records/search?beginning=true&number=${encodeURIComponent(number)}`, {
    enabled: exact.data?.items.length === 0,
  });
  if (exact.error !== null) return <ProblemAlert error={exact.error} onRetry={() => void exact.refetch()} />;
  const [only, ...others] = exact.data?.items ?? [];
  if (only !== undefined && others.length === 0) return <Navigate to={to(recordPath(only.flow, only.key))} replace />;
  const items = only === undefined ? beginning.data?.items : [only, ...others];
  if (items === undefined) return <Skeleton active />;
  if (items.length === 0)
    return (
      <Flex vertical gap={16}>
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.foundNone(number)} />
        <WhyNot numbers={[number]} why={exact.data?.why ?? []} />
      </Flex>
    );
  return (
    <Card size="small" title={text.found(number)} styles={{ body: { padding: 0 } }}>
      <FoundTable lines={items.map((record) => ({ asked: number, record }))} />
    </Card>
  );
}

function FlowRecords() {
  const text = useTexts(recordTexts);
  const { workspace } = usePlace();
  const [params, setParams] = useSearchParams();
  const { data: flows, error, refetch } = useFlows(workspace);
  const asked = params.get("flow");
  const counts = useAnswer<Items<CountRow>>(workspace, "counts", { enabled: asked === null || asked === ALL_FLOWS, live: true });
  const options = useMemo(() => flows?.items.map(({ id, name }) => ({ value: id, label: name ?? id })) ?? [], [flows]);
  const flow = asked ?? firstFlow(flows?.items ?? [], counts.data?.items ?? []);
  const latest = useRef({ flow, params, setParams });
  latest.current = { flow, params, setParams };
  const set = useCallback((changes: Readonly<Record<string, string | null>>): void => {
    const { flow: own = "", params: before, setParams: put } = latest.current;
    const next = new URLSearchParams({ flow: own, ...Object.fromEntries(before) });
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === "") next.delete(name);
      else next.set(name, value);
    }
    put(next, { replace: true, flushSync: true });
  }, []);
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (counts.error !== null) return <ProblemAlert error={counts.error} onRetry={() => void counts.refetch()} />;
  if (flows === undefined || ((asked === null || asked === ALL_FLOWS) && counts.isPending)) return <Skeleton active />;
  if (flow === undefined)
    return (
      <Empty description={text.noFlow}>
        <FirstFlow />
      </Empty>
    );
  if (flow === ALL_FLOWS) return <AllFlows options={options} counts={counts.data?.items ?? []} params={params} set={set} />;
  return <RecordList key={flow} flow={flow} options={options} params={params} set={set} />;
}

/** Whose bills are shown where the address names none: of the only flow that has some, else of all. */
function firstFlow(flows: readonly FlowRow[], counts: readonly CountRow[]): string | undefined {
  const having = flows.filter(({ id }) => counts.some(({ flow, records }) => flow === id && records > 0));
  return having.length > 1 ? ALL_FLOWS : (having[0] ?? flows[0])?.id;
}

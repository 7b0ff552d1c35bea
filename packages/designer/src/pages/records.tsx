/** The bills of a flow, by status and number, in pages from the server; a number of either side found in all flows; many numbers at once. */
import { Button, Card, Empty, Table } from "antd";
import { useState } from "react";
import { Link, Navigate, useSearchParams } from "react-router";
import type { Items, RecordRef } from "../api/answers.ts";
import { useAnswer, useFlows } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { recordTexts } from "../language/record-texts.ts";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { recordPath, usePlace } from "../shell/place.tsx";
import { ManyNumbers } from "./records/many-numbers.tsx";
import { RecordList } from "./records/record-list.tsx";

export function Records() {
  const text = useTexts(recordTexts);
  const [params] = useSearchParams();
  const [isMany, setMany] = useState(false);
  const find = params.get("find");
  return (
    <Page title={text.title} about={text.about} actions={<Button onClick={() => setMany(true)}>{text.pasteMany}</Button>}>
      {find === null ? <FlowRecords /> : <Found number={find} />}
      <ManyNumbers isOpen={isMany} onClose={() => setMany(false)} />
    </Page>
  );
}

function Found({ number }: { readonly number: string }) {
  const text = useTexts(recordTexts);
  const { workspace, to } = usePlace();
  const exact = useAnswer<Items<RecordRef>>(workspace, `records/search?number=${encodeURIComponent(number)}`);
  const beginning = useAnswer<Items<RecordRef>>(workspace, `records/search?beginning=true&number=${encodeURIComponent(number)}`, {
    enabled: exact.data?.items.length === 0,
  });
  if (exact.error !== null) return <ProblemAlert error={exact.error} onRetry={() => void exact.refetch()} />;
  const [only, ...others] = exact.data?.items ?? [];
  if (only !== undefined && others.length === 0) return <Navigate to={to(recordPath(only.flow, only.key))} replace />;
  const items = only === undefined ? beginning.data?.items : [only, ...others];
  if (items === undefined) return null;
  if (items.length === 0)
    return (
      <Empty
        description={
          <>
            {text.foundNone(number)}
            <br />
            {text.foundNoneTodo}
          </>
        }
      />
    );
  return (
    <Card size="small" title={text.found(number)} styles={{ body: { padding: 0 } }}>
      <Table
        size="middle"
        rowKey={({ flow, key }) => `${flow} ${key}`}
        dataSource={[...items]}
        pagination={false}
        columns={[
          { title: text.flow, render: (_, { flow }) => <Link to={to(`flows/${flow}`)}>{flow}</Link> },
          { title: text.story, render: (_, { flow, key }) => <Link to={to(recordPath(flow, key))}>{key}</Link> },
        ]}
      />
    </Card>
  );
}

function FlowRecords() {
  const text = useTexts(recordTexts);
  const { workspace, to } = usePlace();
  const [params, setParams] = useSearchParams();
  const { data: flows, error, refetch } = useFlows(workspace);
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (flows === undefined) return null;
  const flow = params.get("flow") ?? flows.items[0]?.id;
  if (flow === undefined)
    return (
      <Empty description={text.noFlow}>
        <Link to={to("flows/new")}>{text.noFlow}</Link>
      </Empty>
    );
  const set = (changes: Readonly<Record<string, string | null>>): void => {
    const next = new URLSearchParams({ flow, ...Object.fromEntries(params) });
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === "") next.delete(name);
      else next.set(name, value);
    }
    setParams(next, { replace: true });
  };
  const options = flows.items.map(({ id, name }) => ({ value: id, label: name ?? id }));
  return <RecordList key={flow} flow={flow} options={options} params={params} set={set} />;
}

/** What the targets lack: each code with the bills that wait for it. */
import { Space, type TableColumnsType } from "antd";
import { Link } from "react-router";
import type { MissingRow } from "../api/answers.ts";
import { useMissing } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { recordTexts } from "../language/record-texts.ts";
import { FlowLink } from "../parts/flow-link.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { Rows } from "../parts/rows.tsx";
import { useSpanText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";

export function Missing() {
  const text = useTexts(recordTexts);
  const { workspace, to } = usePlace();
  const { data, error, refetch, isPending } = useMissing(workspace);
  const span = useSpanText();
  const columns: TableColumnsType<MissingRow> = [
    { title: text.kind, dataIndex: "kind", width: 160 },
    { title: text.code, width: 200, render: (_, { code }) => <span className="mono">{code}</span> },
    { title: text.flow, render: (_, { flow }) => <FlowLink id={flow} /> },
    {
      title: text.waiting,
      render: (_, { flow, count, numbers }) => (
        <Space size={[8, 2]} wrap>
          <Link to={to(`records?flow=${flow}&status=pending`)}>{count.toLocaleString()}</Link>
          {numbers.slice(0, 5).map((number) => (
            <Link key={number} to={to(`records?find=${encodeURIComponent(number)}`)}>
              {number}
            </Link>
          ))}
          {numbers.length > 5 ? "…" : ""}
        </Space>
      ),
    },
    { title: text.since, width: 120, render: (_, { since }) => span(Date.now() - since) },
  ];
  return (
    <Page title={text.missingTitle} about={text.missingAbout}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Rows
        rowKey={({ flow, kind, code }) => `${flow} ${kind} ${code}`}
        isPending={isPending}
        columns={columns}
        rows={data?.items ?? []}
        none={text.missingNone}
      />
    </Page>
  );
}

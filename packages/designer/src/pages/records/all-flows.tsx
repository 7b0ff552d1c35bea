/**
 * The bills of all flows by flow and status, each number leading to those bills: what a number of the overview counts, and where one begins
 * who has many flows.
 */
import { Card, Flex, Select, Typography, type TableColumnsType } from "antd";
import { Link } from "react-router";
import { STATUSES, type CountRow, type Status } from "../../api/answers.ts";
import { useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { wordTexts } from "../../language/word-texts.ts";
import { Choices } from "../../parts/choices.tsx";
import { Rows } from "../../parts/rows.tsx";
import { StatusTag } from "../../parts/status-tag.tsx";
import { usePlace } from "../../shell/place.tsx";
import { ALL_FLOWS, type FlowOption, type SetFilter } from "./record-filters.tsx";

/** What several statuses together mean to a person; the overview counts them so. */
export const OPEN: readonly Status[] = ["failed", "unknown"];
export const MOVING: readonly Status[] = ["pending", "queued", "sent"];

interface Line extends FlowOption {
  readonly counts: Readonly<Partial<Record<Status, number>>>;
}

interface AllFlowsProps {
  readonly options: readonly FlowOption[];
  readonly counts: readonly CountRow[];
  readonly params: URLSearchParams;
  readonly set: SetFilter;
}

export function AllFlows({ options, counts, params, set }: AllFlowsProps) {
  const text = useTexts(recordTexts);
  const words = useTexts(wordTexts);
  const { to } = usePlace();
  const chosen = params.get("status") ?? "";
  const asked = STATUSES.filter((status) => chosen === "" || chosen.split(",").includes(status));
  const all = options.map((option) => ({
    ...option,
    counts: Object.fromEntries(counts.filter(({ flow }) => flow === option.value).map(({ status, records }) => [status, records])),
  })) satisfies readonly Line[];
  const sumOf = (lines: readonly Line[], ...statuses: readonly Status[]): number =>
    lines.reduce((sum, line) => sum + statuses.reduce((own, status) => own + (line.counts[status] ?? 0), 0), 0);
  const lines = all.filter((line) => sumOf([line], ...asked) > 0);
  const shown = asked.filter((status) => sumOf(lines, status) > 0);
  const choices = [
    { value: "", label: words.all, of: STATUSES },
    { value: OPEN.join(), label: text.open, of: OPEN },
    { value: MOVING.join(), label: text.moving, of: MOVING },
    ...STATUSES.map((status) => ({ value: status, label: words.status[status], of: [status] })),
  ].map(({ value, label, of }) => ({ value, label, sum: sumOf(all, ...of) }));
  const columns: TableColumnsType<Line> = [
    { title: text.flow, width: 320, render: (_, { value, label }) => <Link to={to(`records?flow=${value}`)}>{label}</Link> },
    ...shown.map((status) => ({
      title: <StatusTag status={status} />,
      key: status,
      width: 110,
      align: "right" as const,
      render: (_: unknown, line: Line) => {
        const amount = line.counts[status] ?? 0;
        return amount === 0 ? "–" : <Link to={to(`records?flow=${line.value}&status=${status}`)}>{amount.toLocaleString()}</Link>;
      },
    })),
    { title: words.sum, key: "sum", width: 110, align: "right", render: (_, line) => sumOf([line], ...asked).toLocaleString() },
  ];
  return (
    <Card size="small">
      <div className="filter-line">
        <Select
          aria-label={text.chooseFlow}
          value={ALL_FLOWS}
          showSearch={{ optionFilterProp: "label" }}
          style={{ minWidth: 240, maxWidth: "100%" }}
          options={[{ value: ALL_FLOWS, label: text.allFlows }, ...options]}
          onChange={(flow) => set({ flow, status: STATUSES.find((status) => status === chosen) ?? null })}
        />
        <Typography.Text type="secondary">{text.allFlowsHint}</Typography.Text>
      </div>
      <Flex style={{ marginBottom: 12 }} wrap>
        <Choices
          label={text.status}
          value={chosen}
          options={choices
            .filter(({ value, sum }) => value === "" || value === chosen || sum > 0)
            .map(({ value, label, sum }) => ({ value, label: `${label} ${sum.toLocaleString()}` }))}
          onChange={(status) => set({ status })}
        />
      </Flex>
      <Rows
        isBare
        size="small"
        rowKey="value"
        isPending={false}
        columns={columns}
        rows={lines}
        none={text.noRecords}
        summary={() =>
          lines.length < 2 ? null : (
            <tr>
              <th scope="row" style={{ textAlign: "start", padding: 8 }}>
                {words.sum}
              </th>
              {shown.map((status) => (
                <td key={status} style={{ textAlign: "end", padding: 8 }}>
                  <strong>{sumOf(lines, status).toLocaleString()}</strong>
                </td>
              ))}
              <td style={{ textAlign: "end", padding: 8 }}>
                <strong>{sumOf(lines, ...asked).toLocaleString()}</strong>
              </td>
            </tr>
          )
        }
      />
    </Card>
  );
}

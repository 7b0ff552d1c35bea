/**
 * The calendar of schedules: a week, a line for each flow and a column for each day. What ran, failed or was missed, what is planned, what was
 * run by hand; each leads to the runs of that day. Days are the reader's own.
 */
import { Button, Flex, Tag, Tooltip, Typography, type TableColumnsType } from "antd";
import { Link, useSearchParams } from "react-router";
import type { Items } from "../../api/answers.ts";
import { useAnswer } from "../../api/hooks.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { FirstFlow } from "../../parts/first-flow.tsx";
import { logTexts } from "../../language/log-texts.ts";
import { wordTexts } from "../../language/word-texts.ts";
import { FlowLink } from "../../parts/flow-link.tsx";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { Rows } from "../../parts/rows.tsx";
import { instantText } from "../../parts/time.tsx";
import { usePlace } from "../../shell/place.tsx";
import { STATE_COLOURS } from "./colours.ts";

interface FlowCalendar {
  readonly flow: string;
  readonly isEnabled: boolean;
  readonly cron: string | null;
  readonly windows: readonly string[] | null;
  readonly misfire: string | null;
  /** Hours in which a connection makes no calls. */
  readonly maintenance: readonly {
    readonly side: string;
    readonly connection: string;
    readonly days?: readonly number[];
    readonly from: string;
    readonly to: string;
  }[];
  readonly entries: readonly { readonly at: number; readonly ticks: number; readonly outcome: string; readonly run: string | null }[];
  /** There are more than were told. */
  readonly isCut: boolean;
  /** Runs that no schedule asked for. */
  readonly others: readonly { readonly run: string; readonly at: number; readonly state: string }[];
}

const DAYS = 7;
/** Of the days shown, those before today. */
const DAYS_BEFORE = 3;
const TIMES_SHOWN = 24;
/** A link that has its tag's colour. */
const UNDERLINED = { textDecoration: "underline" } as const;

/** Midnight of a day, some days from today. */
function midnight(days: number): number {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).getTime();
}

export function Calendar() {
  const text = useTexts(logTexts);
  const { language } = useLanguage();
  const { workspace } = usePlace();
  const [search, setSearch] = useSearchParams();
  const weeks = Number(search.get("weeks") ?? "0") || 0;
  const firstDay = weeks * DAYS - DAYS_BEFORE;
  const days = Array.from({ length: DAYS }, (_, i) => ({ from: midnight(firstDay + i), to: midnight(firstDay + i + 1) }));
  const [from, to] = [midnight(firstDay), midnight(firstDay + DAYS)];
  const { data, error, refetch, isPending } = useAnswer<Items<FlowCalendar>>(workspace, `calendar?from=${from}&to=${to}`, { live: true });
  const go = (next: number): void =>
    setSearch(next === 0 ? { view: "calendar" } : { view: "calendar", weeks: String(next) }, { replace: true });
  const named = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { weekday: "short", month: "2-digit", day: "2-digit" });
  const columns: TableColumnsType<FlowCalendar> = [
    { title: text.flow, width: 245, fixed: "left", render: (_, flow) => <Schedule calendar={flow} /> },
    ...days.map((day, i) => ({
      title: (
        <span {...(firstDay + i === 0 ? { "aria-current": "date" as const } : {})}>
          {firstDay + i === 0 ? `${named.format(day.from)} · ${text.today}` : named.format(day.from)}
        </span>
      ),
      key: day.from,
      width: 113,
      render: (_: unknown, flow: FlowCalendar) => <Day calendar={flow} {...day} />,
    })),
  ];
  return (
    <>
      <Flex gap={8} align="center" wrap style={{ marginBottom: 12 }}>
        <Button onClick={() => go(weeks - 1)}>{text.weekBefore}</Button>
        <Button disabled={weeks === 0} onClick={() => go(0)}>
          {text.thisWeek}
        </Button>
        <Button onClick={() => go(weeks + 1)}>{text.weekAfter}</Button>
        <Typography.Text type="secondary">{text.calendarHint}</Typography.Text>
      </Flex>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Rows
        size="small"
        rowKey="flow"
        isPending={isPending}
        columns={columns}
        rows={data?.items ?? []}
        none={text.calendarNone}
        todo={<FirstFlow />}
      />
    </>
  );
}

/** When it is to run: its schedule, the hours that it keeps to, and what becomes of a time that was missed. */
function Schedule({ calendar: { flow, isEnabled, cron, windows, misfire, maintenance, entries } }: { readonly calendar: FlowCalendar }) {
  const text = useTexts(logTexts);
  const words = useTexts(wordTexts);
  const next = entries.find(({ outcome, at }) => outcome === "planned" && at > Date.now());
  return (
    <Flex vertical gap={2} align="start">
      <FlowLink id={flow} />
      {isEnabled ? null : <Tag>{text.isOff}</Tag>}
      {cron === null ? null : (
        <Typography.Text type="secondary">
          <span className="mono">{cron}</span> · {windows?.join(", ") ?? text.allDay}
          {misfire === null ? "" : ` · ${words.labelled(text.misfire, text.misfires[misfire] ?? misfire)}`}
        </Typography.Text>
      )}
      {maintenance.map(({ side, connection, days, from, to }) => (
        <Typography.Text key={`${side} ${from} ${String(days)}`} type="secondary">
          {words.labelled(`${text.maintenance} ${connection}`, `${days === undefined ? "" : `${text.onDays(days)} `}${from}–${to}`)}
        </Typography.Text>
      ))}
      <Typography.Text type="secondary">
        {next === undefined ? text.nothingPlanned : `${text.next} ${instantText(next.at)}`}
      </Typography.Text>
    </Flex>
  );
}

interface DayProps {
  readonly calendar: FlowCalendar;
  readonly from: number;
  readonly to: number;
}

function Day({ calendar: { flow, entries, others, isCut }, from, to }: DayProps) {
  const text = useTexts(logTexts);
  const { to: address } = usePlace();
  const isToday = ({ at }: { readonly at: number }): boolean => at >= from && at < to;
  const groups = [...Map.groupBy(entries.filter(isToday), ({ outcome }) => outcome)];
  const byHand = others.filter(isToday);
  const path = address(`runs?flow=${flow}&from=${from}&to=${to}&busy=false`);
  const isBehindTheCut = isCut && from > (entries.at(-1)?.at ?? 0);
  return (
    <Flex gap={4} wrap>
      {groups.map(([outcome, those]) => (
        <Tag key={outcome} color={STATE_COLOURS[outcome] ?? "default"} title={timesOf(those)}>
          {outcome === "planned" || outcome === "missed" ? (
            `${text.outcomes[outcome] ?? outcome} ${those.length}`
          ) : (
            <Link to={path} style={UNDERLINED}>{`${text.outcomes[outcome] ?? outcome} ${those.length}`}</Link>
          )}
        </Tag>
      ))}
      {byHand.length === 0 ? null : (
        <Tag title={timesOf(byHand)}>
          <Link to={path} style={UNDERLINED}>{`${text.byHand} ${byHand.length}`}</Link>
        </Tag>
      )}
      {isBehindTheCut ? (
        <Tooltip title={text.manyTimes}>
          <span>…</span>
        </Tooltip>
      ) : null}
    </Flex>
  );
}

function timesOf(those: readonly { readonly at: number }[]): string {
  const shown = those.slice(0, TIMES_SHOWN).map(({ at }) => instantText(at));
  return [...shown, ...(those.length > TIMES_SHOWN ? ["…"] : [])].join("\n");
}

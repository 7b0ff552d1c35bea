/** The audit log: who did what and when, with what stood there before and after. */
import { Flex, Input, Select, type TableColumnsType } from "antd";
import { useSearchParams } from "react-router";
import { usePages } from "../api/hooks.ts";
import { deedTexts } from "../language/deed-texts.ts";
import { useTexts } from "../language/language.tsx";
import { manageTexts } from "../language/manage-texts.ts";
import { ActorName } from "../parts/actor-name.tsx";
import { MessageText } from "../parts/json-text.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { Rows } from "../parts/rows.tsx";
import { instantText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";

interface AuditRow {
  readonly id: string;
  readonly at: number;
  readonly actor: string;
  readonly deed: string;
  readonly object: string;
  readonly before: string | null;
  readonly after: string | null;
}

export function Audit() {
  const text = useTexts(manageTexts);
  const { deeds } = useTexts(deedTexts);
  const { workspace } = usePlace();
  const [search, setSearch] = useSearchParams();
  const asked = new URLSearchParams([["limit", "100"], ...[...search].filter(([name]) => FILTERS.includes(name))]);
  const { rows, error, refetch, isPending, ...more } = usePages<AuditRow>(workspace, `audit?${asked.toString()}`);
  const set = (changes: Readonly<Record<string, string>>): void => {
    const kept = Object.entries({ ...Object.fromEntries(search), ...changes }).filter(([, value]) => value !== "");
    setSearch(Object.fromEntries(kept), { replace: true });
  };
  const columns: TableColumnsType<AuditRow> = [
    { title: text.at, width: 180, render: (_, { at }) => instantText(at) },
    { title: text.actor, width: 180, render: (_, { actor }) => <ActorName actor={actor} /> },
    { title: text.deed, width: 180, render: (_, { deed }) => deeds[deed] ?? deed },
    { title: text.object, render: (_, { object }) => <span className="mono">{object}</span> },
  ];
  return (
    <Page title={text.audit} about={text.auditAbout}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Filters search={search} set={set} />
      <Rows
        size="small"
        rowKey="id"
        isPending={isPending}
        columns={columns}
        rows={rows}
        more={more}
        none={search.size === 0 ? text.auditNone : text.auditNoneFits}
        expandable={{
          rowExpandable: ({ before, after }) => before !== null || after !== null,
          expandedRowRender: ({ before, after }) => (
            <Flex gap={12} wrap>
              {before === null ? null : <Side title={text.before} value={before} />}
              {after === null ? null : <Side title={text.after} value={after} />}
            </Flex>
          ),
        }}
      />
    </Page>
  );
}

const FILTERS: readonly string[] = ["actor", "deed", "object", "from", "to"];

interface FiltersProps {
  readonly search: URLSearchParams;
  readonly set: (changes: Readonly<Record<string, string>>) => void;
}

/** In the address, so that a link shows the same. */
function Filters({ search, set }: FiltersProps) {
  const text = useTexts(manageTexts);
  const { deeds } = useTexts(deedTexts);
  return (
    <Flex gap={8} wrap style={{ marginBottom: 12 }}>
      <Input.Search
        allowClear
        aria-label={text.actor}
        placeholder={text.actor}
        defaultValue={search.get("actor") ?? ""}
        onSearch={(actor) => set({ actor })}
        style={{ width: 180 }}
      />
      <Select
        allowClear
        aria-label={text.deed}
        placeholder={text.deed}
        showSearch={{ optionFilterProp: "label" }}
        value={search.get("deed")}
        options={Object.entries(deeds).map(([value, label]) => ({ value, label }))}
        onChange={(deed: string | undefined) => set({ deed: deed ?? "" })}
        style={{ width: 200 }}
      />
      <Input.Search
        allowClear
        aria-label={text.object}
        placeholder={text.object}
        defaultValue={search.get("object") ?? ""}
        onSearch={(object) => set({ object })}
        style={{ width: 220 }}
      />
      <Input
        type="date"
        aria-label={text.fromDay}
        title={text.fromDay}
        defaultValue={dayOf(search.get("from"), 0)}
        onChange={({ target }) => set({ from: instantOf(target.value, 0) })}
        style={{ width: 150 }}
      />
      <Input
        type="date"
        aria-label={text.toDay}
        title={text.toDay}
        defaultValue={dayOf(search.get("to"), -1)}
        onChange={({ target }) => set({ to: instantOf(target.value, 1) })}
        style={{ width: 150 }}
      />
    </Flex>
  );
}

/** The reader's own midnight of a day, some days on; nothing of no day. */
function instantOf(day: string, days: number): string {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  return day === "" ? "" : String(new Date(year, month - 1, date + days).getTime());
}

function dayOf(instant: string | null, days: number): string {
  if (instant === null || !/^\d+$/.test(instant)) return "";
  const at = new Date(Number(instant));
  return instantText(new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTime()).slice(0, 10);
}

function Side({ title, value }: { readonly title: string; readonly value: string }) {
  return (
    <div style={{ flex: "1 1 360px", minWidth: 0 }}>
      <MessageText text={value} title={title} />
    </div>
  );
}

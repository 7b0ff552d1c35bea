/** The audit log: who did what and when, with what stood there before and after. */
import { Flex, type TableColumnsType } from "antd";
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
  const { rows, error, refetch, isPending, ...more } = usePages<AuditRow>(workspace, "audit?limit=100");
  const columns: TableColumnsType<AuditRow> = [
    { title: text.at, width: 180, render: (_, { at }) => instantText(at) },
    { title: text.actor, width: 180, render: (_, { actor }) => <ActorName actor={actor} /> },
    { title: text.deed, width: 180, render: (_, { deed }) => deeds[deed] ?? deed },
    { title: text.object, render: (_, { object }) => <span className="mono">{object}</span> },
  ];
  return (
    <Page title={text.audit} about={text.auditAbout}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Rows
        size="small"
        rowKey="id"
        isPending={isPending}
        columns={columns}
        rows={rows}
        more={more}
        none={text.auditNone}
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

function Side({ title, value }: { readonly title: string; readonly value: string }) {
  return (
    <div style={{ flex: "1 1 360px", minWidth: 0 }}>
      <MessageText text={value} title={title} />
    </div>
  );
}

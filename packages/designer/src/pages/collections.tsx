/** Collections: which flows' stored records others read, and who looks them up by what. */
import { Flex, Tag, Typography, type TableColumnsType } from "antd";
import { Link } from "react-router";
import type { Items } from "../api/answers.ts";
import { useAnswer } from "../api/hooks.ts";
import { collectionTexts } from "../language/collection-texts.ts";
import { useTexts } from "../language/language.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { Rows } from "../parts/rows.tsx";
import { usePlace } from "../shell/place.tsx";
import { Readers, type CollectionRow } from "./collections/readers.tsx";

export function Collections() {
  const text = useTexts(collectionTexts);
  const { workspace, to } = usePlace();
  const { data, error, refetch, isPending } = useAnswer<Items<CollectionRow>>(workspace, "collections");
  const columns: TableColumnsType<CollectionRow> = [
    {
      title: text.flow,
      fixed: "left",
      width: 280,
      render: (_, { flow, name }) => (
        <Flex vertical>
          <Link to={to(`collections/${flow}`)}>{name ?? flow}</Link>
          {name === null ? null : <span className="mono">{flow}</span>}
        </Flex>
      ),
    },
    {
      title: text.kind,
      width: 150,
      render: (_, { isStore, takesRows }) => (
        <>
          {isStore ? <Tag color="blue">{text.store}</Tag> : null}
          {takesRows ? <Tag>{text.takes}</Tag> : null}
        </>
      ),
    },
    { title: text.records, width: 110, align: "right", render: (_, { records }) => records.toLocaleString() },
    { title: text.readers, render: (_, { readers }) => <Readers readers={readers} /> },
  ];
  return (
    <Page title={text.title} about={text.about}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Rows
        rowKey="flow"
        isPending={isPending}
        columns={columns}
        rows={data?.items ?? []}
        none={
          <>
            {text.none}
            <br />
            <Typography.Text type="secondary">{text.noneTodo}</Typography.Text>
          </>
        }
      />
    </Page>
  );
}

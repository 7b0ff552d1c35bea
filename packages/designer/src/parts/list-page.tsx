/** A page that is one list: heading, one action, the rows or what is wrong, and what to do where there are none. */
import { Button, Card, Empty, Table, type TableColumnsType } from "antd";
import type { ReactNode } from "react";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";
import { Page } from "./page.tsx";
import { ProblemAlert } from "./problem-alert.tsx";

interface ListPageProps<T> {
  readonly title: string;
  readonly about: string;
  readonly add: string;
  readonly onAdd: () => void;
  readonly none: string;
  readonly columns: TableColumnsType<T>;
  readonly list: {
    readonly data: { readonly items: readonly T[] } | undefined;
    readonly error: unknown;
    readonly isPending: boolean;
    readonly refetch: () => unknown;
  };
  readonly children?: ReactNode;
}

export function ListPage<T extends { readonly name: string }>(props: ListPageProps<T>) {
  const { title, about, add, onAdd, none, columns, list, children } = props;
  const words = useTexts(wordTexts);
  return (
    <Page
      title={title}
      about={about}
      actions={
        <Button type="primary" onClick={onAdd}>
          {add}
        </Button>
      }
    >
      {list.error === null ? null : <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      <Card size="small" styles={{ body: { padding: 0 } }}>
        <Table<T>
          size="middle"
          rowKey="name"
          loading={list.isPending}
          columns={columns}
          dataSource={[...(list.data?.items ?? [])]}
          pagination={{ pageSize: 50, hideOnSinglePage: true, showTotal: words.total }}
          scroll={{ x: "max-content" }}
          locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={none} /> }}
        />
      </Card>
      {children}
    </Page>
  );
}

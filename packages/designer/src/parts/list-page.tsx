/** A page that is one list: heading, one action, the rows or what is wrong, and what to do where there are none. */
import { Button, type TableColumnsType } from "antd";
import type { ReactNode } from "react";
import { Page } from "./page.tsx";
import { ProblemAlert } from "./problem-alert.tsx";
import { Rows } from "./rows.tsx";

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
      <Rows
        rowKey="name"
        isPending={list.isPending}
        columns={columns}
        rows={list.data?.items ?? []}
        none={none}
        todo={<Button onClick={onAdd}>{add}</Button>}
      />
      {children}
    </Page>
  );
}

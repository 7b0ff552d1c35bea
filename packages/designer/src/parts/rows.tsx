/** The rows of a list: what still loads is not said to be empty, what is empty says what to do next, and how many there are stands below. */
import { Button, Card, Empty, Flex, Grid, Table, Typography, type TableColumnsType, type TableProps } from "antd";
import type { ReactNode } from "react";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";

const PAGE = 50;

interface RowsProps<T> extends Pick<TableProps<T>, "rowKey" | "size" | "expandable" | "rowSelection" | "rowClassName" | "summary"> {
  readonly rows: readonly T[];
  /** A page of the table; 50 unless given. */
  readonly pageSize?: number;
  readonly columns: TableColumnsType<T>;
  readonly isPending: boolean;
  /** Told where there are none. */
  readonly none: ReactNode;
  /** What to do then, such as a button. */
  readonly todo?: ReactNode;
  /** Without a card of its own: it stands in one. */
  readonly isBare?: boolean;
  /** Of a list that the server gives in pages. */
  readonly more?: { readonly hasNextPage: boolean; readonly isFetchingNextPage: boolean; readonly fetchNextPage: () => unknown };
}

const NARROW = 150;
/** Of a column that says nothing, and of the boxes that choose. */
const COLUMN = 120;
const BOX = 40;

function widthOf<T>(columns: TableColumnsType<T>): number {
  return columns.reduce((sum, { width }) => sum + (typeof width === "number" ? width : COLUMN), BOX);
}

/** What is held at an edge would fill a phone and hide the rest behind it: there it moves with the others, and the first column is narrow. */
function asOnPhone<T>({ fixed, ...column }: TableColumnsType<T>[number]): TableColumnsType<T>[number] {
  return fixed === "left" && typeof column.width === "number" ? { ...column, width: Math.min(column.width, NARROW) } : column;
}

/** Beside the boxes that choose rows the library misplaces a column that is held at the left edge, over its neighbours. */
function unheld<T>(column: TableColumnsType<T>[number]): TableColumnsType<T>[number] {
  const { fixed, ...rest } = column;
  return fixed === "left" ? rest : column;
}

export function Rows<T extends object>(props: RowsProps<T>) {
  const { rows, columns, isPending, none, todo, isBare = false, more, size = "middle", pageSize = PAGE, ...rest } = props;
  const words = useTexts(wordTexts);
  const isPaged = more === undefined && rows.length > pageSize;
  const isWide = Grid.useBreakpoint().md ?? true;
  const empty = (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={none}>
      {todo}
    </Empty>
  );
  const table = (
    <>
      <Table<T>
        size={size}
        loading={isPending}
        dataSource={[...rows]}
        columns={(isWide ? columns : columns.map(asOnPhone)).map((column) => (rest.rowSelection === undefined ? column : unheld(column)))}
        pagination={isPaged ? { pageSize, showSizeChanger: false, showTotal: words.total, style: { paddingInline: 12 } } : false}
        // Measuring columns, the library doubles the box that chooses all; so with a choice the table's own wrapper scrolls, and is told how wide it is.
        {...(rest.rowSelection === undefined ? { scroll: { x: "max-content" } } : { style: { minWidth: widthOf(columns) } })}
        locale={{ emptyText: isPending ? <div style={{ height: 96 }} /> : empty }}
        {...rest}
      />
      {isPaged || rows.length === 0 ? null : (
        <Flex justify="space-between" align="center" style={{ padding: "8px 12px" }}>
          <Typography.Text type="secondary">
            {more?.hasNextPage === true ? words.shown(rows.length) : words.total(rows.length)}
          </Typography.Text>
          {more?.hasNextPage === true ? (
            <Button size="small" loading={more.isFetchingNextPage} onClick={() => void more.fetchNextPage()}>
              {words.loadMore}
            </Button>
          ) : null}
        </Flex>
      )}
    </>
  );
  return isBare ? (
    <div className="scrolls" style={{ overflowX: "auto" }}>
      {table}
    </div>
  ) : (
    <Card size="small" styles={{ body: { padding: 0 } }}>
      {table}
    </Card>
  );
}

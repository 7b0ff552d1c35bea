/** The cells of a mapping table: only those in view are drawn; a paste of several rows and columns is spread from its cell on. */
import { DeleteOutlined } from "@ant-design/icons";
import { Button, Checkbox, Flex, Input, Table, Tooltip, Typography, type TableColumnsType } from "antd";
import { useState, type ClipboardEvent } from "react";
import { useTexts } from "../../language/language.tsx";
import { tableTexts } from "../../language/table-texts.ts";
import { wordTexts } from "../../language/word-texts.ts";
import { withCell, withPasted, type RowProblem, type Sheet, type SheetRow } from "./sheet.ts";

interface SheetGridProps {
  readonly sheet: Sheet;
  readonly problems: ReadonlyMap<number, RowProblem>;
  readonly isReadOnly: boolean;
  readonly onChange: (sheet: Sheet) => void;
}

const COLUMN = 220;

export function SheetGrid({ sheet, problems, isReadOnly, onChange }: SheetGridProps) {
  const text = useTexts(tableTexts);
  const words = useTexts(wordTexts);
  const [find, setFind] = useState("");
  const [isOnlyWrong, setOnlyWrong] = useState(false);
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const wanted = find.trim().toLowerCase();
  const places = new Map(sheet.rows.map(({ id }, at) => [id, at + 1]));
  const rows = sheet.rows.filter(
    ({ id, cells }) =>
      (!isOnlyWrong || problems.size === 0 || problems.has(id)) &&
      (wanted === "" || cells.some((cell) => cell.toLowerCase().includes(wanted))),
  );
  const rename = (column: number, name: string): void =>
    onChange({ ...sheet, columns: sheet.columns.map((each, i) => (i === column ? name : each)) });
  const removeColumn = (column: number): void =>
    onChange({
      columns: sheet.columns.filter((_, i) => i !== column),
      rows: sheet.rows.map((row) => ({ ...row, cells: row.cells.filter((_, i) => i !== column) })),
    });
  const paste = (event: ClipboardEvent, row: number, column: number): void => {
    const pasted = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(pasted.trim())) return;
    event.preventDefault();
    onChange(withPasted(sheet, row, column, pasted));
  };
  const columns: TableColumnsType<SheetRow> = [
    {
      title: "#",
      width: 150,
      render: (_, { id }) => <Place place={places.get(id) ?? 0} problem={problems.get(id)} />,
    },
    ...sheet.columns.map((name, column) => ({
      key: String(column),
      width: COLUMN,
      title: isReadOnly ? (
        name
      ) : (
        <Flex gap={4}>
          <Input
            size="small"
            variant="filled"
            aria-label={text.columnName(column + 1)}
            value={name}
            maxLength={200}
            onChange={({ target }) => rename(column, target.value)}
          />
          {sheet.columns.length > 2 ? (
            <Tooltip title={text.removeColumn}>
              <Button
                size="small"
                type="text"
                icon={<DeleteOutlined />}
                aria-label={`${text.removeColumn} ${name}`}
                onClick={() => removeColumn(column)}
              />
            </Tooltip>
          ) : null}
        </Flex>
      ),
      render: (_: unknown, { id, cells }: SheetRow) =>
        isReadOnly ? (
          cells[column]
        ) : (
          <Input
            size="small"
            variant="borderless"
            aria-label={text.cell(places.get(id) ?? 0, name)}
            value={cells[column] ?? ""}
            onChange={({ target }) => onChange(withCell(sheet, id, column, target.value))}
            onPaste={(event) => paste(event, id, column)}
          />
        ),
    })),
  ];
  return (
    <>
      <Flex gap={12} align="center" wrap style={{ marginBottom: 8 }}>
        <Input.Search
          allowClear
          aria-label={text.find}
          placeholder={text.find}
          style={{ width: 240 }}
          onChange={({ target }) => setFind(target.value)}
        />
        {problems.size === 0 ? null : (
          <Checkbox checked={isOnlyWrong} onChange={({ target }) => setOnlyWrong(target.checked)}>
            <Typography.Text type="danger">{text.problems(problems.size)}</Typography.Text> {text.onlyProblems}
          </Checkbox>
        )}
        {chosen.length === 0 ? null : (
          <Button
            size="small"
            danger
            onClick={() => {
              onChange({ ...sheet, rows: sheet.rows.filter(({ id }) => !chosen.includes(id)) });
              setChosen([]);
            }}
          >
            {text.removeRows(chosen.length)}
          </Button>
        )}
        <Typography.Text type="secondary">{words.total(rows.length)}</Typography.Text>
      </Flex>
      <Table
        virtual
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={rows}
        pagination={false}
        scroll={{ x: 190 + sheet.columns.length * COLUMN, y: Math.max(260, innerHeight - 420) }}
        {...(isReadOnly
          ? {}
          : {
              rowSelection: {
                columnWidth: 44,
                selectedRowKeys: [...chosen],
                onChange: (keys: readonly unknown[]) => setChosen(keys.map(Number)),
              },
            })}
      />
    </>
  );
}

function Place({ place, problem }: { readonly place: number; readonly problem: RowProblem | undefined }) {
  const text = useTexts(tableTexts);
  return (
    <>
      {place}{" "}
      {problem === undefined ? null : (
        <Typography.Text type="danger">{problem.kind === "conflict" ? text.conflict(problem.row) : text.keyMissing}</Typography.Text>
      )}
    </>
  );
}

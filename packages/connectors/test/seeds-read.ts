/**
 * Reads the tables of the users' pages (test/seeds): tables with bars, and those whose cells ran together when the page was copied
 * (`deptid部门IDstring部门ID`). A row becomes its cells by the names of the table's head.
 */
export interface SeedRow {
  readonly field: string;
  readonly label: string;
  readonly type?: string;
  readonly description?: string;
  readonly preset?: string;
}

export interface SeedTable {
  /** The interface the table belongs to, e.g. `batchSave`. */
  readonly operation: string;
  readonly part: "request" | "response";
  readonly rows: readonly SeedRow[];
}

const OPERATION = /(?:接口|调用接口|API)\s*[:：]\s*([\w./]+)\s*$/;
const CAPTIONS: Readonly<Record<string, keyof SeedRow>> = {
  字段: "field",
  接口字段: "field",
  名称: "label",
  字段名称: "label",
  类型: "type",
  描述: "description",
  配置值: "preset",
  预设值: "preset",
};

/** Every table of a page, in its order. Throws for a row that cannot be told apart into cells. */
export function readSeedTables(text: string): readonly SeedTable[] {
  const lines = text.split("\n").map((line) => line.trim());
  const tables: SeedTable[] = [];
  let operation = "";
  let part: SeedTable["part"] = "request";
  lines.forEach((line, at) => {
    const named = OPERATION.exec(line);
    if (named !== null) operation = named[1] ?? "";
    if (line === "请求参数") part = "request";
    if (line === "响应参数") part = "response";
    const head = readHead(line);
    if (head !== undefined) tables.push({ operation, part, rows: readRows(lines.slice(at + 1), head, line.includes("|")) });
  });
  return tables;
}

function readHead(line: string): readonly (keyof SeedRow)[] | undefined {
  const joined = /^字段(?:字段)?名称类型(描述|配置值)$/.exec(line);
  if (joined !== null) return ["field", "label", "type", CAPTIONS[joined[1] ?? ""] ?? "description"];
  if (!/^(接口)?字段 \|/.test(line)) return undefined;
  return cellsOf(line).flatMap((cell) => CAPTIONS[cell] ?? []);
}

function cellsOf(line: string): readonly string[] {
  return line
    .replace(/\|$/, "")
    .split("|")
    .map((cell) => cell.trim());
}

function readRows(lines: readonly string[], head: readonly (keyof SeedRow)[], hasBars: boolean): readonly SeedRow[] {
  const rows: SeedRow[] = [];
  for (const line of lines) {
    if (hasBars ? !line.endsWith("|") : line === "" && rows.length > 0) break;
    if (line !== "") rows.push(hasBars ? barRow(line, head) : joinedRow(line, head[3] ?? "description"));
  }
  return rows;
}

/** A caption may itself hold a bar; the surplus cells belong to it. */
function barRow(line: string, head: readonly (keyof SeedRow)[]): SeedRow {
  const cells = cellsOf(line);
  const surplus = cells.length - head.length;
  const whole = [cells[0] ?? "", cells.slice(1, 2 + surplus).join(" | "), ...cells.slice(2 + surplus)];
  return Object.fromEntries(head.map((name, at) => [name, whole[at] ?? ""])) as unknown as SeedRow;
}

/** Field name, caption, type, description without separators: the caption starts with Chinese, or repeats the name's last part. */
function joinedRow(line: string, fourth: keyof SeedRow): SeedRow {
  const chinese = /^([\w.]+?)([^ -~].*?)(string|int|bool|array|object)(\2|_autoFillResponse|批次|)$/.exec(line);
  const repeating = /^((?:\w+\.)*(\w+?))(\2)(string|int|bool|array|object)(_autoFillResponse|)$/i.exec(line);
  const bare = /^(\w+?)()(string)()$/.exec(line);
  if (chinese !== null) return { ...rowOf(chinese[1], chinese[2], chinese[3]), [fourth]: chinese[4] ?? "" };
  if (repeating !== null) return { ...rowOf(repeating[1], repeating[3], repeating[4]), [fourth]: repeating[5] ?? "" };
  if (bare !== null) return { ...rowOf(bare[1], bare[2], bare[3]), [fourth]: "" };
  throw new Error(`cannot read the row: ${line}`);
}

function rowOf(field = "", label = "", type = ""): SeedRow {
  return { field, label, type };
}

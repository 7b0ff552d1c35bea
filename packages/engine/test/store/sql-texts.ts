/**
 * Finds the SQL texts in a source file and reads them closely enough to hold them against the rules of the store: which tables they
 * name, under which alias, and where the lane is compared. Not a parser of SQL: of the SQL that the store writes.
 */
export interface SqlText {
  readonly file: string;
  readonly line: number;
  /** The prepared statement's name; null where it has none. */
  readonly name: string | null;
  readonly sql: string;
}

const BEGINS = /^\s*(with|select|insert|update|delete)\b/i;

/** Every string of the file that is a statement. Texts put together from constants of the same file are taken with them filled in. */
export function sqlTextsOf(file: string, source: string): readonly SqlText[] {
  const constants = new Map<string, string>();
  for (const [, name = "", text = ""] of source.matchAll(/^const ([A-Z][A-Z_]*) = `([^`]*)`;/gm)) constants.set(name, text);
  const filled = (text: string): string => {
    let [before, after] = ["", text];
    while (before !== after)
      [before, after] = [after, after.replaceAll(/\$\{([A-Z][A-Z_]*)\}/g, (whole, name: string) => constants.get(name) ?? whole)];
    return after;
  };
  const found: SqlText[] = [];
  for (const match of source.matchAll(
    /(?:name:\s*"([a-z_]+)",\s*(?:\/\/[^\n]*\s*)?text:\s*)?(?:`((?:\$\{[^}]*\}|[^`])*)`|"((?:[^"\\\n]|\\.)*)")/g,
  )) {
    const sql = filled(match[2] ?? match[3] ?? "").replace(/\s+/g, " ");
    if (!BEGINS.test(sql) || !/\b(from|into|set)\b/i.test(sql)) continue;
    found.push({ file, line: source.slice(0, match.index).split("\n").length, name: match[1] ?? null, sql: sql.trim() });
  }
  return found;
}

/** Tables of the migrations that have a lane, but for the anchor and the definitions. */
export function hotTablesOf(migrations: string): ReadonlySet<string> {
  const tables = [...migrations.matchAll(/create table (\w+) \(([\s\S]*?)\n\)/g)].filter(([, , columns = ""]) =>
    /^\s*lane int not null/m.test(columns),
  );
  return new Set(tables.map(([, name = ""]) => name).filter((name) => name !== "flow" && name !== "lane"));
}

/** What is wrong with a statement; empty when nothing is. */
export function brokenRules(text: SqlText, hot: ReadonlySet<string>): readonly string[] {
  const { sql } = text;
  const broken: string[] = [];
  for (const use of usesOf(sql, hot)) {
    if (use.kind === "insert") {
      if (!/^\(\s*lane\b/.test(use.rest) && !/^\([^)]*\blane\b/.test(use.rest))
        broken.push(`insert into ${use.table} does not name the lane`);
      if (/^\([^)]*\)\s*select\b/i.test(use.rest) && !/\bfrom lane\b/i.test(use.rest))
        broken.push(`insert into ${use.table} of many rows does not start from the anchor`);
    } else if (!comparesLane(sql, use.alias)) broken.push(`${use.table} is named without its lane`);
  }
  if ([...hot].every((table) => !new RegExp(`\\b${table}\\b`).test(sql))) return broken;
  const doUpdate = /\bdo update set\b(.*?)(\breturning\b|$)/i.exec(sql)?.[1] ?? "";
  if (/\b(now|clock_timestamp|statement_timestamp)\(\)|\bcurrent_timestamp\b/i.test(doUpdate)) broken.push("a clock in DO UPDATE");
  if (/\bas (not )?(materialized )?\(\s*insert\b/i.test(sql)) broken.push("an INSERT inside a CTE");
  if (/\bupdate\b.*\bclock_timestamp\(\)/i.test(sql) && doUpdate === "") broken.push("clock_timestamp() in an UPDATE");
  if (/\bnextval\(/i.test(sql)) broken.push("nextval");
  // A table that was never analysed is guessed small: a bare join reads the whole lane. With the list in the index's condition it cannot.
  if (/^(update|delete)\b[^;]*\b(from|using) (unnest|json_to_recordset)\(.*\) as\b/i.test(sql) && !/= any\(\$\d/i.test(sql))
    broken.push("a join with a list, without `= any(list)` for the index");
  return broken;
}

interface Use {
  readonly kind: "insert" | "read";
  readonly table: string;
  /** Null where the table goes by no other name. */
  readonly alias: string | null;
  /** What follows the table's name. */
  readonly rest: string;
}

function usesOf(sql: string, hot: ReadonlySet<string>): readonly Use[] {
  const uses: Use[] = [];
  const names = [...hot].join("|");
  const pattern = new RegExp(
    `\\b(insert into|from|join|update|using|delete from) (${names})\\b(?:\\s+(?:as\\s+)?(?!(?:where|set|on|order|group|for|limit|cross|join|left|using|returning|union|select|values)\\b)([a-z]\\w*))?\\s*(.*)$`,
    "i",
  );
  for (let rest = sql; ;) {
    const match = pattern.exec(rest);
    if (match === null) return uses;
    const [, verb = "", table = "", alias, after = ""] = match;
    uses.push({ kind: verb.toLowerCase() === "insert into" ? "insert" : "read", table, alias: alias ?? null, rest: after });
    rest = after;
  }
}

/** Whether the lane of this table is held against a parameter or another table's lane. */
function comparesLane(sql: string, alias: string | null): boolean {
  if (alias === null) return /(^|[^.\w])lane = (\$\d|any\(\$\d|\w+\.lane)/.test(sql);
  return new RegExp(`\\b${alias}\\.lane = (\\$\\d|any\\(\\$\\d|\\w+\\.lane)|\\w+\\.lane = ${alias}\\.lane\\b`).test(sql);
}

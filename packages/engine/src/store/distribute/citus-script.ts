/**
 * Which table goes where on Citus, as SQL. Tables with a lane are split by it and lie together, so that a page, a claim or a settlement
 * is the business of one node. Definitions are copied to every node; what is locked or written all the time without a lane lies on one
 * shard, because Citus waits for locks on copied tables instead of skipping them, and a write to one needs every node up.
 *
 * Run on the coordinator after the migrations, and again after an update: what is distributed already is left out.
 */
export interface StoreTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** The anchor of the bulk inserts; the others are laid where its rows lie. */
const ANCHOR = "lane";
/** 1024 lanes on 32 shards: the fullest holds a quarter more than the average. */
const SHARDS = 32;
/** Without a lane, yet written all the time or by several at once: on one shard each. */
const SINGLE: ReadonlySet<string> = new Set(["session", "worker", "tick", "circuit"]);
/** Stays on the coordinator, where migrations run. */
const LOCAL: ReadonlySet<string> = new Set(["datong_migration"]);

export type Placement = "by-lane" | "copied" | "one-shard" | "local";

/** Where a table belongs. */
export function placementOf(table: StoreTable): Placement {
  if (LOCAL.has(table.name)) return "local";
  if (SINGLE.has(table.name)) return "one-shard";
  return table.columns.includes("lane") && table.name !== "flow" ? "by-lane" : "copied";
}

/**
 * One statement a table, the anchor first, and one a function that takes the lane, so that a call goes to the lane's node whole. `done`
 * are distributed already; to distribute a function again does no harm.
 */
export function citusScript(
  tables: readonly StoreTable[],
  functions: readonly string[] = [],
  done: ReadonlySet<string> = new Set(),
): readonly string[] {
  const sorted = tables.toSorted((a, b) => Number(b.name === ANCHOR) - Number(a.name === ANCHOR) || (a.name < b.name ? -1 : 1));
  return [
    ...sorted.filter((table) => !done.has(table.name)).flatMap((table) => statementOf(table) ?? []),
    ...functions.map((signature) => `select create_distributed_function('${signature}', 'p_lane', colocate_with := '${ANCHOR}');`),
  ];
}

function statementOf(table: StoreTable): string | null {
  const name = `'${table.name}'`;
  switch (placementOf(table)) {
    case "local":
      return null;
    case "copied":
      return `select create_reference_table(${name});`;
    case "one-shard":
      return `select create_distributed_table(${name}, null, colocate_with := 'none');`;
    case "by-lane":
      return table.name === ANCHOR
        ? `select create_distributed_table(${name}, 'lane', shard_count := ${SHARDS});`
        : `select create_distributed_table(${name}, 'lane', colocate_with := '${ANCHOR}');`;
  }
}

/** `datong db …`: backup, restore, prune, keep (retention settings) and distribute (Citus). */
import { resolve } from "node:path";
import type { Status } from "@datong/core";
import {
  backupStore,
  checkCounts,
  distributeScript,
  distributeStore,
  EXCHANGE_KEEP_DAYS,
  flowPosition,
  loadRetention,
  openDatabase,
  pruneStore,
  restoreStore,
  saveRetention,
  SETTLED,
  type Database,
  type Engine,
  type RetentionPart,
} from "@datong/engine";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";
import { dataDirOf, openStore, workspaceDir, type PlaceOptions } from "../open-flow.ts";
import { instant } from "../output/instant.ts";
import { table } from "../output/table.ts";
import { dbText, partName, statusName, type DbText } from "../text/db.ts";

export interface RestoreCommandOptions extends PlaceOptions {
  readonly moved?: boolean;
}

export interface PruneCommandOptions extends PlaceOptions {
  readonly keepDays?: number;
  readonly flow?: string;
  readonly status?: string;
  readonly rows?: boolean;
}

export interface KeepCommandOptions extends PlaceOptions {
  readonly flow?: string;
  readonly part?: string;
  readonly status?: string;
  readonly days?: number;
  readonly forever?: boolean;
}

export interface CheckCountsOptions extends PlaceOptions {
  readonly repair?: boolean;
}

export interface DistributeCommandOptions extends PlaceOptions {
  readonly print?: boolean;
}

export async function backupCommand(context: Context, given: string, options: PlaceOptions): Promise<number> {
  const file = resolve(context.terminal.cwd, given);
  return withDatabase(context, options, async (database) => {
    const text = dbText(context.language);
    const { tables, bytes, madeAt } = await backupStore(database, file, Date.now());
    tell(context, { file, tables, bytes, madeAt }, `${text.backupDone(file, rowsOf(tables), bytes)}\n${text.backupKey}`);
    return 0;
  });
}

export async function restoreCommand(context: Context, given: string, options: RestoreCommandOptions): Promise<number> {
  const file = resolve(context.terminal.cwd, given);
  return withDatabase(context, options, async (database) => {
    const text = dbText(context.language);
    const restored = await restoreStore(database, file, { moved: options.moved === true });
    const lines = [text.restoreDone(rowsOf(restored.tables), instant(restored.madeAt))];
    if (restored.migrated.length > 0) lines.push(text.restoreMigrated(restored.migrated.join(", ")));
    if (restored.tasksDoubtful > 0) lines.push(text.restoreDoubt(restored.tasksDoubtful));
    tell(context, { file, ...restored }, lines.join("\n"));
    return 0;
  });
}

export async function pruneCommand(context: Context, options: PruneCommandOptions): Promise<number> {
  const statuses = [settledNamed(options.status ?? "done")];
  const { keepDays, flow, rows } = options;
  if (keepDays === undefined && (options.status !== undefined || rows === true))
    throw usage((text) => `${text.optKeepDays}: --keep-days N`);
  return withStore(context, options, async (engine) => {
    const pruned = await pruneStore(engine.pool, {
      nowMs: engine.ports.nowMs(),
      ...(flow === undefined ? {} : { flow }),
      ...(keepDays === undefined ? {} : { by: { part: rows === true ? "rows" : "bodies", statuses, keepDays } }),
    });
    if (pruned === null) throw unknownFlow(flow ?? "");
    tell(context, pruned, dbText(context.language).pruneDone(pruned));
    return 0;
  });
}

export async function keepCommand(context: Context, options: KeepCommandOptions): Promise<number> {
  const part = options.part === undefined ? undefined : partNamed(options.part);
  const status = settledNamed(options.status ?? "done");
  if (part !== undefined && options.days === undefined && options.forever !== true) throw usage((text) => text.noDays);
  return withStore(context, options, async (engine) => {
    if (part !== undefined) {
      const position = options.flow === undefined ? null : await flowPosition(engine.pool, options.flow);
      if (options.flow !== undefined && position === null) throw unknownFlow(options.flow);
      await saveRetention(engine.pool, {
        flow: position?.flow ?? 0,
        part,
        status: part === "exchanges" || part === "certificates" || part === "logs" ? null : status,
        keepDays: options.forever === true ? null : (options.days ?? null),
      });
    }
    await tellSettings(context, engine);
    return 0;
  });
}

/** Exit code 1: a count differs from the rows and was not repaired. */
export async function checkCountsCommand(context: Context, options: CheckCountsOptions): Promise<number> {
  const repair = options.repair === true;
  return withStore(context, options, async (engine) => {
    const differences = await checkCounts(engine.pool, repair);
    const text = dbText(context.language);
    const ok = repair || differences.length === 0;
    if (context.json) context.terminal.out(`${JSON.stringify({ ok, repaired: repair, differences })}\n`);
    else context.terminal.out(`${differences.length === 0 ? text.checkFine : text.checkDiffers(differences.length, repair)}\n`);
    return ok ? 0 : 1;
  });
}

export async function distributeCommand(context: Context, options: DistributeCommandOptions): Promise<number> {
  return withStore(context, options, async ({ database }) => {
    const statements = await (options.print === true ? distributeScript(database) : distributeStore(database));
    const text = dbText(context.language);
    tell(
      context,
      { executed: options.print !== true, statements },
      options.print === true ? statements.join("\n") : text.distributeDone(statements.length),
    );
    return 0;
  });
}

async function tellSettings(context: Context, engine: Engine): Promise<void> {
  const { terminal, language } = context;
  const settings = await loadRetention(engine.pool);
  const { rows } = await engine.pool.query<{ num: number; id: string }>("select num, id from flow");
  const names = new Map(rows.map((row) => [row.num, row.id]));
  const named = settings.map((setting) => ({
    ...setting,
    flow: setting.flow === 0 ? null : (names.get(setting.flow) ?? String(setting.flow)),
  }));
  if (context.json) return tell(context, { settings: named, exchangeDefaultDays: EXCHANGE_KEEP_DAYS }, "");
  const text = dbText(language);
  if (named.length > 0) {
    const cells = named.map(({ flow, part, status, keepDays }) => [
      flow ?? text.keepAll,
      partName(part, language),
      statusName(status, language),
      String(keepDays),
    ]);
    terminal.out(table(text.keepTable, cells, [3]));
  }
  terminal.out(`${text.keepDefault(EXCHANGE_KEEP_DAYS)}\n`);
}

/** The database as it is, without bringing it up to date: a backup is taken before an update too, and a restore wants it empty. */
async function withDatabase(context: Context, options: PlaceOptions, work: (database: Database) => Promise<number>): Promise<number> {
  const { env, err } = context.terminal;
  const databaseUrl = env["DATABASE_URL"];
  const database = await openDatabase({
    dataDir: dataDirOf(context, workspaceDir(context, options), options),
    ...(env["DATONG_DEBUG"] === "1" ? { log: (line: string) => err(`${line}\n`) } : {}),
    ...(databaseUrl === undefined || databaseUrl === "" ? {} : { databaseUrl }),
  });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function withStore(context: Context, options: PlaceOptions, work: (engine: Engine) => Promise<number>): Promise<number> {
  const engine = await openStore(context, workspaceDir(context, options), options);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

function tell(context: Context, json: object, text: string): void {
  context.terminal.out(context.json ? `${JSON.stringify({ ok: true, ...json })}\n` : `${text}\n`);
}

function rowsOf(tables: Readonly<Record<string, number>>): number {
  return Object.values(tables).reduce((sum, rows) => sum + rows, 0);
}

function settledNamed(given: string): Status {
  const found = SETTLED.find((status) => status === given.toLowerCase() || statusName(status, "zh") === given);
  if (found === undefined) throw usage((text) => text.badStatus(given), SETTLED.join(", "));
  return found;
}

function partNamed(given: string): RetentionPart {
  const parts: readonly RetentionPart[] = ["exchanges", "bodies", "rows", "certificates", "logs"];
  const found = parts.find((part) => part === given);
  if (found === undefined) throw usage((text) => text.badPart(given), parts.join(", "));
  return found;
}

function usage(told: (text: DbText) => string, known?: string): CommandFailure {
  const todo =
    known === undefined
      ? { todoZh: "用 --help 查看用法。", todoEn: "See --help." }
      : { todoZh: `可选：${known}`, todoEn: `There are: ${known}` };
  return new CommandFailure("USAGE", { zh: told(dbText("zh")), en: told(dbText("en")), ...todo }, 2);
}

function unknownFlow(id: string): CommandFailure {
  return new CommandFailure("FLOW_NEVER_RAN", {
    zh: dbText("zh").noFlow(id),
    en: dbText("en").noFlow(id),
    todoZh: "方案第一次运行后才进入账本；标识见 flows 文件夹。",
    todoEn: "A flow enters the ledger when it first runs; see the flows folder for its id.",
  });
}

/**
 * What a run tells in its flow's log, in both languages: its beginning and end, pages, writes, refusals with the bill they are about;
 * every single bill while the flow is debugged. Texts of others (vendors' errors) are masked once more before they are told.
 */
import { DatongError, explain, inLanguage, statusOf, STATUSES, type Language } from "@datong/core";
import { createMask, type Mask } from "../../connection/mask.ts";
import type { OpenConnection } from "../../connection/open-connection.ts";
import type { ClaimedTask } from "../../store/task-rows.ts";
import type { DocumentEnd } from "../../store/settle-rows.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import type { Running } from "../running.ts";
import type { StagedRecord } from "../transform/stage-records.ts";
import type { NewLine } from "./flow-log.ts";

type Told = Pick<Running, "ready" | "row" | "run" | "flowLog" | "main">;
type Line = Omit<NewLine, "lane" | "flow" | "run">;

/** Of one page or task: more is in the ledger. */
const BILLS_MAX = 50;

const masks = new WeakMap<OpenConnection, Mask>();

function maskOf(connection: OpenConnection): Mask {
  const known = masks.get(connection);
  if (known !== undefined) return known;
  const secrets = connection.connector.settings
    .filter((field) => field.secret === true)
    .map((field) => connection.settings[field.field] ?? "");
  const mask = createMask(secrets);
  masks.set(connection, mask);
  return mask;
}

function masked(ready: ReadyFlow, text: string): string {
  return maskOf(ready.target.connection).text(maskOf(ready.source.connection).text(text));
}

/** Write-backs tell in the log of the flow whose bills they are about. */
export function tellLine({ ready, row, run, flowLog, main }: Told, line: Line): void {
  const at = main ?? row;
  flowLog?.note({
    ...line,
    lane: at.lane,
    flow: at.num,
    run: run === "0" ? null : run,
    zh: masked(ready, line.zh),
    en: masked(ready, line.en),
  });
}

export function tellBegin(
  running: Told,
  kind: { readonly numbers?: readonly string[]; readonly range?: object; readonly remedy?: boolean },
): void {
  const [zh, en] =
    kind.numbers !== undefined
      ? [`开始：指定 ${kind.numbers.length} 个单号`, `begins: numbers asked for ${kind.numbers.length}`]
      : kind.range !== undefined
        ? ["开始：按时间段回补", "begins: a span of time is read again"]
        : kind.remedy === true
          ? ["开始：查漏补缺", "begins: what may have been missed"]
          : ["开始读取", "begins to read"];
  tellLine(running, { level: "notice", event: "run-begin", zh, en });
}

export function tellEnd(running: Told & Pick<Running, "counts">, state: "done" | "failed" | "stopped", fault: DatongError | null): void {
  const { read, records, unchanged, dropped, done, failed } = running.counts;
  const sums = {
    zh: `读 ${read} 行，${records} 张单据，${unchanged} 张未变，${dropped} 张被排除，写入 ${done}，失败 ${failed}`,
    en: `rows ${read}, bills ${records}, unchanged ${unchanged}, dropped ${dropped}, written ${done}, failed ${failed}`,
  };
  if (fault !== null) {
    const [zh, en] = [explain(fault, "zh"), explain(fault, "en")];
    tellLine(running, {
      level: "error",
      event: "run-end",
      zh: `结束：${fault.code} ${zh.message}（${sums.zh}）。${zh.todo}`,
      en: `ends: ${fault.code} ${en.message} (${sums.en}). ${en.todo}`,
    });
  } else if (state === "stopped")
    tellLine(running, { level: "notice", event: "run-end", zh: `停下：${sums.zh}`, en: `stopped: ${sums.en}` });
  else tellLine(running, { level: "success", event: "run-end", zh: `完成：${sums.zh}`, en: `done: ${sums.en}` });
}

/** A page is asked for again after `waitMs`. */
export function tellRetry(running: Told, fault: DatongError, waitMs: number): void {
  const seconds = Math.round(waitMs / 1000);
  tellLine(running, {
    level: "notice",
    event: "page-retry",
    zh: `读取没有成功，${seconds} 秒后再读：${fault.code} ${explain(fault, "zh").message}`,
    en: `the page was not read, again in ${seconds} s: ${fault.code} ${explain(fault, "en").message}`,
  });
}

/** What nobody has foreseen, or what keeps the flow from working at all. */
export function tellFailure(running: Told, error: unknown): void {
  if (error instanceof DatongError) {
    const [zh, en] = [explain(error, "zh"), explain(error, "en")];
    tellLine(running, {
      level: "error",
      event: "failure",
      zh: `${error.code} ${zh.message}。${zh.todo}`,
      en: `${error.code} ${en.message}. ${en.todo}`,
    });
  } else {
    const text = error instanceof Error ? error.message : String(error);
    tellLine(running, { level: "fatal", event: "failure", zh: `程序错误：${text}`, en: `a fault of the program: ${text}` });
  }
}

interface PageTold {
  readonly rows: number;
  readonly records: number;
  readonly unchanged: number;
  readonly staged: readonly StagedRecord[];
  readonly exchange: string | null;
}

export function tellPage(running: Told, { rows, records, unchanged, staged, exchange }: PageTold): void {
  if (running.flowLog === undefined || (rows === 0 && staged.length === 0)) return;
  const dropped = staged.filter((item) => item.dropped !== null).length;
  tellLine(running, {
    level: "record",
    event: "page",
    zh: `读到一页：${rows} 行，${records} 张单据，${unchanged} 张未变${dropped === 0 ? "" : `，${dropped} 张被排除`}`,
    en: `a page: rows ${rows}, bills ${records}, unchanged ${unchanged}${dropped === 0 ? "" : `, dropped ${dropped}`}`,
    exchange,
  });
  const isDebug = running.flowLog.isDebug(running.ready.flow.id);
  for (const item of staged.filter(hasProblem).slice(0, BILLS_MAX)) {
    const made = item.made.find((each) => each.problem !== null);
    const { code, text } = item.problem ?? { code: made?.code ?? "", text: made?.problem ?? "" };
    const number = item.number ?? item.key;
    tellLine(running, {
      level: "error",
      event: "unmapped",
      zh: `${number} 映射不出来：${code} ${inLanguage(text, "zh")}`,
      en: `${number} cannot be mapped: ${code} ${inLanguage(text, "en")}`,
      recordKey: item.key,
      exchange,
    });
  }
  if (!isDebug) return;
  for (const item of staged.filter((each) => !hasProblem(each)).slice(0, BILLS_MAX * 10)) {
    const number = item.number ?? item.key;
    const [zh, en] =
      item.dropped !== null
        ? [`${number} 被条件「${item.dropped}」排除`, `${number} is dropped by the condition '${item.dropped}'`]
        : [`${number} 映射为 ${item.made.length} 张目标单据`, `${number} is mapped to ${item.made.length} documents`];
    tellLine(running, { level: "record", event: item.dropped === null ? "mapped" : "dropped", zh, en, recordKey: item.key, exchange });
  }
}

function hasProblem(item: StagedRecord): boolean {
  return item.problem !== null || item.made.some((made) => made.problem !== null);
}

const IN_CHINESE: Readonly<Record<string, string>> = {
  write: "写入",
  update: "更新",
  submit: "提交",
  audit: "审核",
  reverse: "冲回",
  probe: "查证",
};

/** A task's action as people call it; what a connector names otherwise stands as it is. */
function actionZh(action: string): string {
  return IN_CHINESE[action.split(":")[0] ?? action] ?? action;
}

export function tellSettled(running: Told, task: ClaimedTask, ends: readonly DocumentEnd[], exchange: string | null): void {
  if (running.flowLog === undefined) return;
  const keyOf = new Map(task.documents.map((document) => [document.id, document.recordKey]));
  const nameOf = new Map(task.documents.map((document) => [document.id, document.externalKey ?? document.recordKey]));
  const done = ends.filter((end) => statusOf(end.status) === "done");
  const first = done[0];
  if (first !== undefined) {
    const one = done.length === 1;
    const numbers = done
      .slice(0, 5)
      .map((end) => `${nameOf.get(end.id) ?? ""}${end.number === null ? "" : ` → ${end.number}`}`)
      .join("，");
    tellLine(running, {
      level: "success",
      event: "written",
      zh: `${actionZh(task.action)}完成 ${done.length} 张：${numbers}${done.length > 5 ? " …" : ""}`,
      en: `${task.action}, ${done.length} done: ${numbers}${done.length > 5 ? " …" : ""}`,
      recordKey: one ? (keyOf.get(first.id) ?? null) : null,
      exchange,
    });
    if (!one && running.flowLog.isDebug(running.ready.flow.id))
      for (const end of done)
        tellLine(running, {
          level: "record",
          event: "written-one",
          zh: `${nameOf.get(end.id) ?? ""} 完成${end.number === null ? "" : `，目标单号 ${end.number}`}`,
          en: `${nameOf.get(end.id) ?? ""} is done${end.number === null ? "" : `, number ${end.number}`}`,
          recordKey: keyOf.get(end.id) ?? null,
          exchange,
        });
  }
  for (const end of ends.filter((each) => statusOf(each.status) !== "done").slice(0, BILLS_MAX)) {
    const status = statusOf(end.status);
    const whyIn = (language: Language): string =>
      [end.code, end.vendorCode, end.vendorText === null ? null : inLanguage(end.vendorText, language)]
        .filter((part) => part !== null && part !== "")
        .join(" ");
    const why = { zh: whyIn("zh"), en: whyIn("en") };
    const name = nameOf.get(end.id) ?? end.id;
    tellLine(running, {
      level: status === "failed" ? "error" : "notice",
      event: status === "failed" ? "refused" : status,
      zh: `${name} ${STATUSES[status].zh}（第 ${end.attempts} 次）${why.zh === "" ? "" : `：${why.zh}`}`,
      en: `${name}: ${STATUSES[status].en} (attempt ${end.attempts})${why.en === "" ? "" : `: ${why.en}`}`,
      recordKey: keyOf.get(end.id) ?? null,
      exchange,
    });
  }
}

/** The story of one record for people, in the order of time: seen, rows, each document with its status, what was said, both numbers. */
import { CODES, explain, DatongError, inLanguage, readJson, STATUSES, writeJson, type ErrorCode } from "@datong/core";
import type { RecordStory, StoryDocument, StoryExchange } from "@datong/engine";
import type { Context } from "../context.ts";
import { instant } from "./instant.ts";
import { behindText } from "./behind-text.ts";
import { repairText } from "../text/repair.ts";
import { writeBackText } from "../text/write-back.ts";
import { cut } from "./table.ts";

export interface StoryTextOptions {
  /** Only as much of rows and bodies as fits on a screen. */
  readonly brief: boolean;
}

const BRIEF_COLUMNS = 600;
const LONG_COLUMNS = 20_000;

export function storyText(context: Context, story: RecordStory, options: StoryTextOptions): string {
  const { text, language } = context;
  const max = options.brief ? BRIEF_COLUMNS : LONG_COLUMNS;
  const lines = [
    `${text.storyRecord} ${story.number ?? story.key}  (${story.flowId}, ${text.storyKey} ${story.key})  ${STATUSES[story.status][language]}`,
    `${instant(story.seenAt)}  ${text.storySeen(story.version)}`,
  ];
  if (story.read !== null && !options.brief) lines.push(...exchangeLines(context, story.read, max));
  lines.push(`  ${text.storyRows}`, ...indented(story.rows === null ? text.storyGone : shownJson(story.rows, options.brief), max));
  if (story.reason !== null) lines.push(`  ${text.storyReason(inLanguage(story.reason, language))}`);
  for (const document of story.documents) lines.push(...documentLines(context, document, options, max));
  if (story.writeBack !== null) lines.push(...documentLines(context, story.writeBack, options, max, writeBackText(language)));
  for (const deed of story.interventions)
    lines.push("", `${instant(deed.at)}  ${repairText(language).storyDeed(deed.action, deed.person, deed.reason)}`);
  const numbers = story.documents.map((document) => document.number ?? document.targetId).filter((number) => number !== null);
  if (numbers.length > 0) lines.push(text.storyNumbers(story.number ?? story.key, numbers.join(", ")));
  return `${lines.join("\n")}\n`;
}

function documentLines(
  context: Context,
  document: StoryDocument,
  options: StoryTextOptions,
  max: number,
  told?: { readonly story: string; readonly storyDone: string },
): readonly string[] {
  const { text, language } = context;
  const status = told !== undefined && document.status === "done" ? told.storyDone : STATUSES[document.status][language];
  const lines = [
    "",
    `${told?.story ?? text.storyDocument} ${document.externalKey ?? document.unit}  ${status}${document.stage === null ? "" : `  ${text.storyStage(document.stage)}`}  ${text.storyAttempts(document.attempts)}  (${document.id})`,
  ];
  if (document.records.length > 0) lines.push(`  ${text.storyShared(document.records)}`);
  if (document.body !== null && !options.brief) lines.push(`  ${text.storyBody}`, ...indented(shownJson(document.body, false), max));
  for (const exchange of document.exchanges) lines.push(...exchangeLines(context, exchange, max));
  lines.push(...faultLines(context, document));
  for (const task of document.waiting)
    lines.push(`  ${text.storyWaiting(task.action, instant(task.runAt), task.sentAt === null ? null : instant(task.sentAt))}`);
  lines.push(`${instant(document.changedAt)}  ${text.storyEnd(status, document.number, document.targetId)}`);
  return lines;
}

/** What went wrong, in the vendor's own words, and what to do about it. */
function faultLines(context: Context, document: StoryDocument): readonly string[] {
  const { code, vendorCode, behind } = document;
  const { text, language } = context;
  const said = document.vendorText === null ? null : inLanguage(document.vendorText, language);
  const vendorText = behind === null ? said : behindText(behind, language);
  if (code === null && vendorText === null) return [];
  // A document that is done says how, not what is wrong.
  const sign = document.status === "done" ? "✓" : "✗";
  const lines = [`  ${sign} ${[code, document.cause, vendorCode, vendorText].filter((part) => part !== null && part !== "").join("  ")}`];
  if (code !== null && Object.hasOwn(CODES, code)) {
    const details = { vendorCode: vendorCode ?? "", vendorText: vendorText ?? "", system: "", reason: vendorText ?? "" };
    lines.push(`    ${text.todo}${explain(new DatongError(code as ErrorCode, details), language).todo}`);
  }
  return lines;
}

function exchangeLines(context: Context, exchange: StoryExchange, max: number): readonly string[] {
  const { text } = context;
  return [
    `${instant(exchange.at)}  ${text.storyCall(exchange.operation, exchange.status, exchange.tookMs)}`,
    `  ${text.storyRequest}`,
    ...indented(exchange.request, max),
    `  ${text.storyResponse}`,
    ...indented(exchange.response, max),
  ];
}

function shownJson(json: string, brief: boolean): string {
  const value = readJson(json);
  return writeJson(value, brief ? 0 : 2);
}

function indented(text: string, max: number): readonly string[] {
  const kept = cut(text, max);
  const lines = kept.split("\n").map((line) => `    ${line}`);
  return kept.length < text.length ? [...lines.slice(0, -1), `${lines.at(-1) ?? ""} …`] : lines;
}

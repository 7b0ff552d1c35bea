/** What a scheme does after a write: values pushed into another scheme (callBackStrategy), base data given to further organisations. */
import { isObject, type Json, type JsonObject, type MappingField, type WriteBack } from "@datong/core";
import { listAt, objectAt, textAt } from "../scheme/scheme.ts";
import { danglingScheme } from "./source-params.ts";
import type { SideChoice, Work } from "./work.ts";
import { flawOfValue, repairValue, textOfValue } from "./value.ts";

/** callBackStrategy as rows pushed into the other flow. */
export function writeBackOf(work: Work, target: JsonObject | undefined): WriteBack | undefined {
  const given = work.scheme.callBack ?? objectAt(target, "callBackStrategy");
  if (given === undefined) return undefined;
  const id = textAt(given, "strategyId", "strategy_id", "id") ?? "";
  const flow = work.flowOf(id);
  work.notes.take(given, "strategyId", "strategy_id", "id");
  if (flow === undefined) danglingScheme(work, given, id);
  const mapping: MappingField[] = [];
  for (const [field, value] of Object.entries(given)) {
    if (["strategyId", "strategy_id", "id"].includes(field)) continue;
    const raw = textOfValue(value);
    if (raw === undefined) {
      work.notes.pass(given, field);
      mapping.push({ field, label: field, value: null });
      continue;
    }
    const repaired = repairValue(raw).text;
    const text = repaired.replace(
      /\{\{\s*primaryWriteback\.([\w.]+)\s*\}\}/g,
      (_, name: string) => `{{primaryWriteback.${answerName(target, name)}}}`,
    );
    if (text === value) work.notes.take(given, field);
    else work.notes.change(given, field, `取目标的单号或内码：${raw} → ${text}`, `the target's number or id: ${raw} → ${text}`);
    const flaw = flawOfValue(text, field);
    if (flaw !== undefined)
      work.notes.decide(given, undefined, {
        key: `writeBack.${field}`,
        zh: `取值不能计算（${flaw.zh}）：${text}`,
        en: `the value cannot be evaluated (${flaw.en}): ${text}`,
        proposal: text,
      });
    mapping.push({ field, label: field, value: text });
  }
  return { connection: "datong", api: "push", mapping, options: { flow: flow ?? id } };
}

/** The page names the reply's fields freely; here they are number, id and key. */
function answerName(target: JsonObject | undefined, name: string): "number" | "id" {
  const back = listAt(target, "response").find((each) => isObject(each) && each["field"] === "primaryWriteback");
  const child =
    back === undefined ? undefined : listAt(back as JsonObject, "children").find((each) => isObject(each) && each["field"] === name);
  const path = child === undefined ? name : (textAt(child as JsonObject, "value") ?? name);
  return /id[\s}]*$/i.test(path) ? "id" : "number";
}

/**
 * distributionOrg: the saved base data is allocated to further organisations, as a write-back, where the target can and nothing else is
 * to be told; else it is asked about. Gives what is told of a bill.
 */
export function allocationOf(work: Work, choice: SideChoice, told: WriteBack | undefined): WriteBack | undefined {
  const raw: Json | undefined = choice.metadata["distributionOrg"];
  if (raw === undefined || raw === null || raw === "") {
    work.notes.pass(choice.metadata, "distributionOrg");
    return told;
  }
  const { form, connection } = choice;
  if (told === undefined && form !== undefined && choice.connector?.apis.some((api) => api.code === ALLOCATE) === true) {
    work.notes.change(
      choice.metadata,
      "distributionOrg",
      `保存、审核之后分配到组织 ${String(raw)}：作为回写，有自己的状态和重试`,
      `allocated to the organisations ${String(raw)} once it is saved and audited, as a write-back with a status and retries of its own`,
    );
    const options = { FormId: form, TOrgIds: String(raw) };
    return { connection, api: ALLOCATE, options, mapping: [{ field: "Id", value: "{{target.id}}" }] };
  }
  work.notes.decide(choice.metadata, "distributionOrg", {
    key: "target.distributionOrg",
    zh: `保存后分配到组织 ${String(raw)}：没有导入，请用金蝶的接口 allocate 回写，或另建方案`,
    en: `what is saved is given to the organisations ${String(raw)}: this is not in the flow; write back with Kingdee's API allocate, or with a flow of its own`,
  });
  return told;
}

const ALLOCATE = "allocate";

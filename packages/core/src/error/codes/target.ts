/** Error codes of writing: batches, outcomes, probes. */
import type { ErrorCodeRow } from "../error-code.ts";

export const TARGET_CODES = {
  DOCUMENT_NOT_MENTIONED: {
    fault: "uncertain",
    zh: "目标的答复没有提到这一单，无法判断是否写入",
    en: "The target's answer does not mention this document; it cannot be told whether it was taken",
    todoZh: "系统会按外部单号向目标查证后再决定，不会盲目重发。",
    todoEn: "Datong asks the target by external key before it decides; nothing is blindly sent again.",
  },
  DOCUMENT_KEY_MISSING: {
    fault: "rejected",
    zh: "目标单据缺少外部单号字段 {field}",
    en: "The target document lacks its external key {field}",
    todoZh: "在映射里给 {field} 一个每单唯一的值；没有它就无法查证是否重复。",
    todoEn: "Map {field} to a value unique to each document; without it nobody can tell a duplicate.",
  },
  WRITE_STOPPED_HALFWAY: {
    fault: "uncertain",
    zh: "写入途中程序中断，结果未知",
    en: "The program stopped while this write was under way; its outcome is unknown",
    todoZh: "下次运行会先向目标查证。",
    todoEn: "The next run asks the target first.",
  },
  PROBE_MISSING: {
    fault: "uncertain",
    zh: "结果未知，而接口 {api} 没有声明查证方法，需人工确认",
    en: "The outcome is unknown and the API {api} declares no probe; a person must look",
    todoZh: "到目标系统查该单，存在则标记完成，不存在则重试。",
    todoEn: "Look for the document in the target; mark it as done or retry it.",
  },
  STATUS_UNKNOWN: {
    fault: "defect",
    zh: "账本里有本版本不认识的状态 {number}",
    en: "The ledger holds a status that this version does not know: {number}",
    todoZh: "请升级到写入该数据的版本或更新的版本。",
    todoEn: "Upgrade to the version that wrote it, or a newer one.",
  },
  STAGE_UNKNOWN: {
    fault: "rejected",
    zh: "单据在目标系统处于适配器不认识的阶段，不知道如何继续",
    en: "The document stands at a stage of the target that the connector does not know; it cannot go on",
    todoZh: "到目标系统手工处理该单，然后标记完成。",
    todoEn: "Finish it by hand in the target, then mark it as done.",
  },
  REVERSE_MISSING: {
    fault: "rejected",
    zh: "接口 {api} 没有声明冲销接口，无法撤回已写入的单据",
    en: "The API {api} declares no reverse call; a written document cannot be taken back",
    todoZh: "把 source.withdrawn.action 改为 alert 或 ignore，或在适配器里声明 write.reverse。",
    todoEn: "Set source.withdrawn.action to alert or ignore, or declare write.reverse in the connector.",
  },
  FLOW_RUNNING: {
    fault: "rejected",
    zh: "方案 {flow} 正在运行（{owner}），同一方案不会同时跑两次",
    en: "The flow {flow} is running already ({owner}); one flow never runs twice at once",
    todoZh: "等它结束再运行；若那个进程已不存在，租约最多 2 分钟后失效。",
    todoEn: "Wait for it to end. If that process is gone, its lease runs out within two minutes.",
  },
  BILL_WITHDRAWN: {
    fault: "rejected",
    zh: "源单据在写入后被反审核、作废或删除，目标系统里仍有对应单据",
    en: "The bill was un-audited, voided or deleted at the source after it had been written; the target still has its document",
    todoZh: "到目标系统核对并手工处理；若要自动冲销，把 source.withdrawn.action 设为 reverse。",
    todoEn: "See to it in the target; to have it taken back by itself, set source.withdrawn.action to reverse.",
  },
  WITHDRAWN_UNWRITTEN: {
    fault: "rejected",
    zh: "源单据在写入之前被反审核、作废或删除，因此没有写入",
    en: "The bill was un-audited, voided or deleted at the source before it had been written, so it was not written",
    todoZh: "无需处理；源单据恢复有效后会自动写入。",
    todoEn: "Nothing to do; once the bill is valid again at the source it is written.",
  },
  FORMER_VERSION_STANDS: {
    fault: "rejected",
    zh: "目标里已有这张单据的旧版本，新版本没有写入",
    en: "The target has an earlier version of this document; the new one was not written",
    todoZh: "核对目标里的单据，手工改好后标记完成；若要自动更新，把 target.changed 设为 update。",
    todoEn:
      "Compare it with the target's, put that right by hand and mark it as done; to have it updated by itself, set target.changed to update.",
  },
  MERGE_SUPPLEMENT_KEY: {
    fault: "rejected",
    zh: "迟到的单据要补一张汇总单，但它的外部单号「{key}」与已有的那张相同，不能写入",
    en: "Late bills make a supplement to a summary, but its external key '{key}' is that of the one there is; it cannot be written",
    todoZh: "把 {{supplement_no}} 映射进外部单号字段 {field}（第一张为空，补单依次为 2、3…），再重试。",
    todoEn: "Map {{supplement_no}} into the external key {field} (empty for the first, then 2, 3 …) and retry.",
  },
  ORDER_WAITS: {
    fault: "transient",
    zh: "按顺序键排队：在单据 {number}（{status}）之后写入",
    en: "Waits for its turn: written after bill {number} ({status}), which has the same order key",
    todoZh: "前面的单据完成后会自动写入；若它失败或待查证，请重试、标为完成或跳过它。",
    todoEn: "It goes on by itself when that bill is done; where that one failed or is in doubt, retry it, mark it as done or skip it.",
  },
  BILL_CHANGED: {
    fault: "rejected",
    zh: "源单据在写入后又有改动，按方案设置留给人处理",
    en: "The bill was changed at the source after it had been written; the flow holds it for a person",
    todoZh: "核对差异后选择更新目标或忽略；也可把方案的 target.changed 改为 update 或 ignore。",
    todoEn: "Compare the two, then update the target or ignore it; or set target.changed to update or ignore.",
  },
} as const satisfies Record<string, ErrorCodeRow>;

/** Texts of editing a bill before it is sent again. */
import { counted } from "./counted.ts";
import { both } from "./language.tsx";

export const editTexts = both(
  {
    open: "改后重推",
    title: "改后重推",
    what: "改什么",
    body: (key: string) => `将发送的内容 ${key}`,
    bodyHint: "只改这一次发送的请求，源数据和映射都不动；之后若重新映射，以映射的结果为准。",
    rows: "源数据的副本",
    rowsHint: "改账本里保存的源数据，随后按已发布的映射重新生成请求；源系统里的单据不会被改，主键不能改。",
    noJson: "不是合法的 JSON，还不能发送",
    same: "还没有改动",
    changes: (n: number) => `与原文相比，改了 ${n} 处`,
    reason: "原因",
    reasonHint: "原文、改动、原因和姓名都会留在单据经过里",
    required: "请填写",
    send: "改好并重推",
    done: "已改好，正在发送",
  },
  {
    open: "Edit and retry",
    title: "Edit and retry",
    what: "What is edited",
    body: (key: string) => `What is to be sent ${key}`,
    bodyHint: "Only this request is altered, neither the source's rows nor the mapping; mapping it anew later wins over it.",
    rows: "The copy of the source's rows",
    rowsHint:
      "The rows that the ledger keeps are altered and mapped again by the published mapping; the source's own bill stays, and so must the key.",
    noJson: "This is no valid JSON and cannot be sent yet",
    same: "Nothing is changed yet",
    changes: (n: number) => `Differs from the original in ${counted(n, "place")}`,
    reason: "Why",
    reasonHint: "The original, what was changed, why and by whom stay in the bill's story",
    required: "Please fill this in",
    send: "Save and send",
    done: "It is changed and on its way",
  },
);

/** Texts of why a number is not in the ledger. */
import { both } from "./language.tsx";

export const whyTexts = both(
  {
    title: "为什么没有",
    flow: "方案",
    known: "已知的情况",
    noFlows: "还没有方案，什么都没有读过",
    ask: "问源系统",
    askFirst: (n: number) => `问源系统（前 ${n} 个）`,
    readIn: (n: number) => `读入这 ${n} 张`,
    read: (n: number) => `已读入 ${n} 张`,
    elsewhere: (n: number) => `不在这个筛选里，但账本里有 ${n} 张`,
  },
  {
    title: "Why it is not there",
    flow: "Flow",
    known: "What is known",
    noFlows: "There are no flows, so nothing has been read",
    ask: "Ask the source",
    askFirst: (n) => `Ask the source (first ${n})`,
    readIn: (n) => (n === 1 ? "Read it in" : `Read in these ${n}`),
    read: (n) => (n === 1 ? "1 bill read" : `${n} bills read`),
    elsewhere: (n) => (n === 1 ? "Not within this filter, but the ledger has one" : `Not within this filter, but the ledger has ${n}`),
  },
);

/** The commands' texts by language. Both files have the same keys; the type check sees to it. */
import type { Language } from "@datong/core";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export type Text = typeof zh;

export function textIn(language: Language): Text {
  return language === "zh" ? zh : en;
}

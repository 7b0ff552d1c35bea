/** Every caption and help of every connector in both languages, and no word kept that nothing uses. */
import { expect, test } from "vitest";
import { CONNECTORS } from "@datong/connectors";
import type { Connector, Field } from "@datong/core";
import { captioned } from "../src/captions/captioned.ts";
import { BILL_CAPTIONS } from "../src/captions/of-bills.ts";
import { GOODS_CAPTIONS } from "../src/captions/of-goods.ts";
import { HELP } from "../src/captions/of-help.ts";
import { PEOPLE_CAPTIONS } from "../src/captions/of-people.ts";
import { UNNAMED } from "../src/captions/of-unnamed.ts";

const CHINESE = /\p{Script=Han}/u;
/** Values and menu names that the vendor writes in Chinese, quoted in English help. */
const QUOTED = /^In Chinese: |第三方系统登录授权/;

interface Placed {
  readonly at: string;
  readonly field: Field;
}

const below = (at: string, fields: readonly Field[] = []): readonly Placed[] =>
  fields.flatMap((field) => [{ at: `${at} ${field.field}`, field }, ...below(`${at} ${field.field}.`, field.children)]);

const placed = CONNECTORS.flatMap(({ system, settings, apis }) => [
  ...below(system, settings),
  ...apis.flatMap((api) => [...below(api.code, api.request), ...below(api.code, api.response), ...below(api.code, api.options)]),
]);

const among = (isWrong: (field: Field) => boolean): readonly string[] => placed.filter(({ field }) => isWrong(field)).map(({ at }) => at);

test("each field has a Chinese caption, or one that is a proper name", () => {
  expect(among(({ label, field }) => label === "" || (label === field && /^[a-z]/.test(field)))).toEqual([]);
});

test("each Chinese caption has its English, without Chinese in it", () => {
  expect(among(({ label, labelEn = label }) => CHINESE.test(labelEn))).toEqual([]);
});

test("each help says it in both languages, and none repeats its caption or is a copied page's filler", () => {
  expect(among(({ description = "", descriptionEn = description }) => CHINESE.test(descriptionEn) && !QUOTED.test(descriptionEn))).toEqual(
    [],
  );
  expect(among(({ description, label }) => description === label || description === "_autoFillResponse")).toEqual([]);
});

test("an unknown caption stays as it is; what is declared is kept", () => {
  const [first] = CONNECTORS;
  const settings: Field[] = [
    { field: "x", label: "没有人这样叫", description: "只有中文" },
    {
      field: "y",
      label: "单价",
      labelEn: "Own word",
      description: "甲 / A",
      children: [{ field: "z", label: "备注", description: "备注" }],
    },
  ];
  expect(captioned({ ...(first as Connector), settings, apis: [] }).settings).toEqual([
    { field: "x", label: "没有人这样叫", description: "只有中文" },
    {
      field: "y",
      label: "单价",
      labelEn: "Own word",
      description: "甲",
      descriptionEn: "A",
      children: [{ field: "z", label: "备注", labelEn: "Note" }],
    },
  ]);
});

test("no caption or help is kept that nothing uses, and none is given twice", () => {
  const labels = new Set(placed.map(({ field }) => field.label));
  const helps = new Set(placed.map(({ field }) => field.description));
  const captions = [BILL_CAPTIONS, GOODS_CAPTIONS, PEOPLE_CAPTIONS].flatMap((words) => Object.keys(words));
  expect(captions.filter((word, at) => captions.indexOf(word) !== at)).toEqual([]);
  expect(captions.filter((word) => !labels.has(word))).toEqual([]);
  expect(Object.keys(HELP).filter((text) => !helps.has(text))).toEqual([]);
  const names = new Set(placed.map(({ at }) => at.split(/[ .]+/).at(-1)));
  expect(Object.values(UNNAMED).flatMap((of) => Object.keys(of).filter((path) => !names.has(path.split(".").at(-1))))).toEqual([]);
});

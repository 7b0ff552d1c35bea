import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { topSign, isTopSignMethod } from "../src/kit/top-sign.ts";
import { jushuitanOldSign, jushuitanSign } from "../src/jushuitan/sign.ts";
import { enterpriseSign } from "../src/wangdiantong-qimen/enterprise-direct.ts";
import { flagshipSign } from "../src/wangdiantong-qimen/flagship-direct.ts";
import { flagshipInnerSign } from "../src/wangdiantong-qimen/flagship-inner.ts";
import { parametersOf, readCaptured } from "./captured/captured-request.ts";

interface Vector {
  readonly id: string;
  readonly alg: string;
  readonly secret: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly sign: string;
  readonly byte_length_variant?: string;
}

const VECTORS = JSON.parse(readFileSync(new URL("./vectors/ecommerce-vectors.json", import.meta.url), "utf8")) as readonly Vector[];

const SIGNERS: Readonly<Record<string, (vector: Vector) => string>> = {
  jst_new: ({ params, secret }) => jushuitanSign(mapOf(params), secret),
  jst_old: ({ params, secret }) =>
    jushuitanOldSign(
      { method: params["method"] ?? "", partnerid: params["partnerid"] ?? "", token: params["token"] ?? "", ts: params["ts"] ?? "" },
      secret,
    ),
  top: ({ params, secret, body }) => {
    const signMethod = params["sign_method"] ?? "";
    if (!isTopSignMethod(signMethod)) throw new Error(signMethod);
    return topSign(mapOf(params), { signMethod, secret, ...(body === undefined ? {} : { body }) });
  },
  wdt_qimen_inner: ({ params, secret }) => flagshipInnerSign(mapOf(params), secret),
  wdt_qyb: ({ params, secret }) => enterpriseSign(mapOf(params), secret),
  wdt_qjb: ({ params, secret, body }) => flagshipSign(mapOf(params), body ?? "", secret),
};

describe("published and measured signatures", () => {
  const mine = VECTORS.filter((vector) => SIGNERS[vector.alg] !== undefined);

  test("all nineteen vectors of the six algorithms are there", () => {
    expect(mine).toHaveLength(19);
    expect(new Set(mine.map((vector) => vector.alg))).toEqual(new Set(Object.keys(SIGNERS)));
  });

  test.each(mine.map((vector) => [vector.id, vector] as const))("%s comes out the same", (_, vector) => {
    expect(SIGNERS[vector.alg]?.(vector)).toBe(vector.sign);
  });

  test("the byte-counting variant of 企业版 comes out the same", () => {
    const variants = mine.filter((vector) => vector.byte_length_variant !== undefined);
    expect(variants.length).toBeGreaterThan(1);
    for (const { params, secret, byte_length_variant } of variants)
      expect(enterpriseSign(mapOf(params), secret, "bytes")).toBe(byte_length_variant);
  });
});

test("the published vectors of other customers' clients come out the same", () => {
  const inner = {
    method: "3ldsmu02o9.wdt.wms.stockspec.querychangehistory",
    wdt_appkey: "wdt_appkey",
    wdt_salt: "salt",
    wdt3_customer_id: "wdtapi3",
    datetime: "2020-09-17 19:22:26",
    pager: '{"page_no":1,"page_size":10}',
    params: '{"end_date":"2020-09-20 00:00:00","spec_no":null,"start_date":"2020-08-23 00:00:00","warehouse_no":"1001"}',
  };
  expect(flagshipInnerSign(mapOf(inner), "secret")).toBe("1f5e87bbbc8bc68f4f0af70f79620b7d");
  const direct = { sid: "wdtapi3", key: "appkey", salt: "salt", method: "goods.Goods.queryWithSpec", timestamp: "100", v: "1.0" };
  expect(flagshipSign(mapOf(direct), '[{"goods_no":"G001"}]', "secret")).toBe("703b2c4b5b16565883e6b58d18e254a2");
});

test("the new platform's signature of a captured PHP call comes out as it was sent", () => {
  const fields = parametersOf(readCaptured("01"));
  expect(jushuitanSign(fields, "demoSecret0001")).toBe(fields.get("sign"));
});

function mapOf(params: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(params));
}

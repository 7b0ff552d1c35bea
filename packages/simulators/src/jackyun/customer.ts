/**
 * A customer of 吉客云 and the rules of `crm.customer.add`: the fields of the public field list, all written as text, of which
 * nickname is required. A number is taken for a text (the vendor's clients send both); objects, lists and booleans are refused.
 * An empty text counts as absent. Unknown fields are ignored, as the vendor ignores them.
 */
import { parseChinaDate, parseChinaTime } from "../china-time.ts";
import { JACKYUN_SUB_CODE } from "./answer.ts";
import type { JackyunRefusal } from "./answer.ts";

/** The fields of `crm.customer.add` besides customerCode. */
export const CUSTOMER_FIELDS = [
  "nickname",
  "alias",
  "vipLevel",
  "vipLevelName",
  "contacts",
  "country",
  "state",
  "city",
  "district",
  "town",
  "address",
  "detailedAddress",
  "zip",
  "gender",
  "age",
  "birthday",
  "calendarType",
  "phone",
  "email",
  "qq",
  "weiXin",
  "taxNumber",
  "customerManager",
  "customerManagerName",
  "refereeId",
  "referee",
  "specialReminding",
  "customerType",
  "customerTypeName",
] as const;

const ENUMS: Readonly<Record<string, readonly string[]>> = { gender: ["0", "1"], calendarType: ["0", "1"] };

/** A customer as the vendor holds it; every value is text. */
export type JackyunCustomer = Readonly<Record<string, string>> & {
  readonly customerId: string;
  readonly customerCode: string;
  readonly nickname: string;
};

/** What a sender asked for, checked: the values given, without the empty ones. */
export type CustomerRequest =
  | { readonly kind: "accepted"; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: "refused"; readonly refusal: JackyunRefusal };

/** Checks the business content of `crm.customer.add`. */
export function readCustomerRequest(content: Readonly<Record<string, unknown>>, codeRequired: boolean): CustomerRequest {
  const values: Record<string, string> = {};
  for (const field of ["customerCode", ...CUSTOMER_FIELDS]) {
    const given = content[field];
    if (given === undefined || given === null || given === "") continue;
    if (typeof given !== "string" && typeof given !== "number")
      return refused(JACKYUN_SUB_CODE.parameter, `参数${field}类型错误,应为字符串`);
    values[field] = String(given);
  }
  const missing = (codeRequired ? ["customerCode", "nickname"] : ["nickname"]).filter((field) => (values[field] ?? "").trim() === "");
  if (missing.length > 0) return refused(JACKYUN_SUB_CODE.fieldsMissing, `缺少必填字段:${missing.join(",")}`);
  for (const [field, allowed] of Object.entries(ENUMS)) {
    const value = values[field];
    if (value !== undefined && !allowed.includes(value))
      return refused(JACKYUN_SUB_CODE.parameter, `参数${field}取值错误,可选值:${allowed.join(",")}`);
  }
  const { age, birthday } = values;
  if (age !== undefined && !/^\d{1,3}$/.test(age)) return refused(JACKYUN_SUB_CODE.parameter, "参数age应为整数");
  if (birthday !== undefined && parseChinaDate(birthday) === undefined && parseChinaTime(birthday) === undefined) {
    return refused(JACKYUN_SUB_CODE.parameter, "参数birthday格式错误,应为yyyy-MM-dd");
  }
  return { kind: "accepted", values };
}

function refused(subCode: string, msg: string): CustomerRequest {
  return { kind: "refused", refusal: { subCode, msg } };
}

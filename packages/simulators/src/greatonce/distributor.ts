/**
 * A distributor (分销商) of 巨益OMS and the rules of `greatonce.distributor.single.sync`. The fields and their mixed spelling are
 * those of the public field list. actionType, distributorCode and distributorName are required; a given field must be a text or a
 * number. Unknown fields are ignored.
 */
import { parameterRefusal } from "./answer.ts";
import type { GreatonceRefusal } from "./answer.ts";

/** The fields that are kept. */
export const DISTRIBUTOR_FIELDS = [
  "distributorCode",
  "distributorName",
  "distributorCompanyName",
  "distributorLevelName",
  "balance_deduct_type",
  "address",
  "contact",
  "mobile",
] as const;

/** A distributor as the vendor holds it; every value is text. */
export type Distributor = Readonly<Record<string, string>> & {
  readonly distributorId: string;
  readonly distributorCode: string;
  readonly distributorName: string;
};

/** What a sender asked for, checked. */
export type DistributorRequest =
  | {
      readonly kind: "accepted";
      readonly actionType: "add" | "update";
      readonly code: string;
      readonly values: Readonly<Record<string, string>>;
    }
  | { readonly kind: "refused"; readonly refusal: GreatonceRefusal };

/** Checks the body of a sync call. */
export function readDistributorRequest(body: Readonly<Record<string, unknown>>): DistributorRequest {
  const { actionType } = body;
  if (actionType !== "add" && actionType !== "update") return refused("actionType取值错误,可选值:add,update");
  const values: Record<string, string> = {};
  for (const field of DISTRIBUTOR_FIELDS) {
    const given = body[field];
    if (given === undefined || given === null) continue;
    if (typeof given !== "string" && typeof given !== "number") return refused(`${field}类型错误,应为字符串`);
    values[field] = String(given);
  }
  const code = (values["distributorCode"] ?? "").trim();
  if (code === "") return refused("distributorCode不能为空");
  if ((values["distributorName"] ?? "").trim() === "") return refused("distributorName不能为空");
  return { kind: "accepted", actionType, code, values: { ...values, distributorCode: code } };
}

function refused(message: string): DistributorRequest {
  return { kind: "refused", refusal: parameterRefusal(message) };
}

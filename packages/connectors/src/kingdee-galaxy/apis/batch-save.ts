/** Saves bills of any form whose number is FBillNo; the flow names the form by the call option FormId. */
import type { Api } from "@datong/core";
import { SAVE_RESULT } from "../faults.ts";
import { BILL_PROBE, BILL_REMOVAL, SAVE_OPTIONS, SAVE_OUTCOME, SAVE_RESPONSE, SAVE_SHAPE, SAVE_STAGES } from "../saving.ts";

export const api: Api = {
  code: "batchSave",
  operation: "batchSave",
  name: { zh: "批量保存（通用）", en: "Save bills of any form" },
  direction: "write",
  source: "金蝶云星空 WebAPI 批量保存",
  request: [
    {
      field: "FBillNo",
      label: "单据编号",
      labelEn: "Number",
      type: "string",
      required: true,
      description: "请由来源给出；留给金蝶编号时，超时后无法查证是否已建单",
    },
  ],
  response: [...SAVE_RESPONSE],
  options: [...SAVE_OPTIONS],
  shape: SAVE_SHAPE,
  result: SAVE_RESULT,
  write: {
    batchMax: 100,
    key: "FBillNo",
    outcome: SAVE_OUTCOME,
    idempotent: false,
    probe: BILL_PROBE,
    stages: SAVE_STAGES,
    update: { idField: "FID" },
    reverse: { api: "unAudit", keeps: true },
    removal: BILL_REMOVAL,
    concurrencyMax: 1,
  },
};

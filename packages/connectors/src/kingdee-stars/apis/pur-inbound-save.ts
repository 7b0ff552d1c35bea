/** 采购入库单保存新增: a receipt of bought goods. A line without a price is taken only with `ignoreconfirm`. */
import type { Api } from "@datong/core";
import { BILL_HEADER, BILL_LINES, reference, SAVE_RESULT, SAVED, saveRule, saveShape } from "../saving.ts";

export const api: Api = {
  code: "jdy/pur/pur_inbound_save",
  operation: "jdy/pur/pur_inbound_save",
  name: { zh: "采购入库单保存新增", en: "Save a purchase receipt" },
  direction: "write",
  source: "用户接口文档《金蝶云星辰V1采购入库单保存新增》；公开客户端代码中的接口路径",
  request: [
    ...BILL_HEADER,
    {
      field: "transtype",
      label: "业务类型",
      type: "string",
      required: true,
      default: "2",
      description: "1现购 2赊购 3直运采购 4受托入库",
    },
    ...reference("supplierid", "供应商"),
    { field: "deptid_id", label: "部门", type: "string" },
    { field: "ignoreconfirm", label: "忽略操作确认提示", type: "string", description: "单价不传或为0时需要为 true" },
    BILL_LINES,
  ],
  response: SAVED,
  shape: saveShape("jdy/pur/pur_inbound_save"),
  result: SAVE_RESULT,
  write: saveRule("jdy/pur/pur_inbound_list:probe"),
};

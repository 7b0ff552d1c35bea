/** 新增或者修改一张销售退货单: goods that a customer sent back. */
import type { Api } from "@datong/core";
import { BILL_HEADER, BILL_LINES, reference, SAVE_RESULT, SAVED, saveRule, saveShape } from "../saving.ts";

export const api: Api = {
  code: "jdy/sal/sal_inbound_save",
  operation: "jdy/sal/sal_inbound_save",
  name: { zh: "新增或者修改一张销售退货单", en: "Save a sales return" },
  direction: "write",
  source: "用户接口文档《金蝶云星辰V1新增或者修改一张销售退货单》；公开客户端代码中的接口路径",
  request: [
    { field: "billsource", label: "单据来源", type: "string", default: "APP", description: "固定传入APP" },
    ...BILL_HEADER,
    ...reference("customerid", "客户"),
    { field: "contact_linkman", label: "联系信息-联系人", type: "string" },
    { field: "contact_phone", label: "联系信息-联系方式", type: "string" },
    { field: "totalamount", label: "本次应退账款", type: "string" },
    { field: "bill_dis_amount", label: "整单折扣额", type: "string" },
    BILL_LINES,
  ],
  response: SAVED,
  shape: saveShape("jdy/sal/sal_inbound_save"),
  result: SAVE_RESULT,
  write: saveRule("jdy/sal/sal_inbound_list"),
};

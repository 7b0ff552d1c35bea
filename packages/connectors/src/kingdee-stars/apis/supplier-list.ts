/** 供应商列表: the suppliers of the account set. */
import type { Api } from "@datong/core";
import { fileApi } from "../saving.ts";

export const api: Api = fileApi({
  path: "jdy/basedata/supplier_list",
  name: { zh: "供应商列表", en: "Suppliers" },
  source: "公开客户端代码中的接口路径；答复同商品列表（推断）",
  more: [
    { field: "contact_phone", label: "联系电话", type: "string" },
    { field: "contact_address", label: "具体地址", type: "string" },
  ],
});

/** 客户列表: the customers of the account set. */
import type { Api } from "@datong/core";
import { fileApi } from "../saving.ts";

export const api: Api = fileApi({
  path: "jdy/basedata/customer_list",
  name: { zh: "客户列表", en: "Customers" },
  source: "公开客户端代码中的接口路径；答复同商品列表（推断）",
  more: [{ field: "parent_name", label: "客户类别", type: "string" }],
});

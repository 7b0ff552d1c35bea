/** 店铺查询: also how a connection is tested. */
import type { Api } from "@datong/core";

export const api: Api = {
  code: "shops.query",
  operation: "shops.query",
  name: { zh: "店铺查询", en: "Shops" },
  direction: "query",
  source: "聚水潭开放平台：店铺查询",
  request: [
    { field: "page_index", label: "页码", labelEn: "Page", type: "string", default: "{{PAGINATION_START_PAGE}}" },
    { field: "page_size", label: "每页条数", labelEn: "Rows per page", type: "string", default: "{{PAGINATION_PAGE_SIZE}}" },
  ],
  response: [
    { field: "shop_id", label: "店铺编号", labelEn: "Shop id", type: "string" },
    { field: "shop_name", label: "店铺名称", labelEn: "Shop name", type: "string" },
  ],
  shape: { method: "POST", path: "open/shops/query", form: { biz: "{{params}}" } },
  rows: { kind: "objects", paths: ["data.datas"] },
  id: ["shop_id"],
  paging: {
    kind: "page",
    first: 1,
    size: 50,
    sizeMax: 50,
    end: [{ rule: "has-next", path: "data.has_next" }, { rule: "empty-page" }],
  },
};

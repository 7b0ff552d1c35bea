/**
 * 采购入库单查询（列表+详情）: the list for ids, then one detail call for each. Beware the names: start…/end… are about creation,
 * begin…/expire… about modification. Neither the envelope nor a total is documented, so a short page is the end.
 */
import type { Api } from "@datong/core";
import { PUR_INBOUND_DOCUMENT } from "../pur-inbound-document.ts";
import { resultWith } from "../faults.ts";

export const api: Api = {
  code: "jdy/pur/pur_inbound_list",
  operation: "jdy/pur/pur_inbound_list",
  name: { zh: "采购入库单查询(列表+详情)", en: "Purchase receipts (list and detail)" },
  direction: "query",
  source: "用户文档《从金蝶云星辰V1到吉客云通过接口配置打通数据》；金蝶云星辰 V1 采购入库单列表",
  request: [
    { field: "deptid", label: "部门ID", type: "string", description: "部门ID" },
    { field: "empid", label: "职员ID", type: "string", description: "职员ID" },
    { field: "supplierid", label: "供应商ID", type: "string", description: "供应商ID" },
    {
      field: "billstatus",
      label: "单据状态(所有:“”,已审核:“C”,未审核:“Z”)",
      type: "string",
      description: "单据状态(所有:“”,已审核:“C”,未审核:“Z”)",
    },
    {
      field: "startdate",
      label: "开始日期(格式:“yyyy-MM-dd”,为空表示不过滤),创建日期",
      type: "string",
      description: "开始日期(格式:“yyyy-MM-dd”,为空表示不过滤),创建日期",
    },
    {
      field: "enddate",
      label: "结束日期(格式:“yyyy-MM-dd”,为空表示不过滤),创建日期",
      type: "string",
      description: "结束日期(格式:“yyyy-MM-dd”,为空表示不过滤),创建日期",
    },
    {
      field: "begindate",
      label: "开始日期(格式:“yyyy-MM-dd”,为空表示不过滤),修改日期",
      type: "string",
      description: "开始日期(格式:“yyyy-MM-dd”,为空表示不过滤),修改日期",
    },
    {
      field: "expiredate",
      label: "结束日期(格式:“yyyy-MM-dd”,为空表示不过滤),修改日期",
      type: "string",
      description: "结束日期(格式:“yyyy-MM-dd”,为空表示不过滤),修改日期",
    },
    {
      field: "starttime",
      label: "开始时间(格式:“时间戳”,-1表示不过滤),创建时间",
      type: "string",
      description: "开始时间(格式:“时间戳”,-1表示不过滤),创建时间",
    },
    {
      field: "endtime",
      label: "结束时间(格式:“时间戳”,-1表示不过滤),创建时间",
      type: "string",
      description: "结束时间(格式:“时间戳”,-1表示不过滤),创建时间",
    },
    {
      field: "begintime",
      label: "开始时间(格式:“时间戳”,-1表示不过滤),修改时间",
      type: "string",
      description: "开始时间(格式:“时间戳”,-1表示不过滤),修改时间",
    },
    {
      field: "expiretime",
      label: "结束时间(格式:“时间戳”,-1表示不过滤),修改时间",
      type: "string",
      description: "结束时间(格式:“时间戳”,-1表示不过滤),修改时间",
    },
    { field: "startbilldate", label: "单据日期-开始日期(“yyyy-MM-dd”)", type: "string", description: "单据日期-开始日期(“yyyy-MM-dd”)" },
    { field: "endbilldate", label: "单据日期-结束日期(“yyyy-MM-dd”)", type: "string", description: "单据日期-结束日期(“yyyy-MM-dd”)" },
    {
      field: "search",
      label: "模糊搜索,支持供应商名称、职员名称、商品名称、单据编码",
      type: "string",
      description: "模糊搜索,支持供应商名称、职员名称、商品名称、单据编码",
    },
    { field: "page", label: "当前页(默认1)", type: "string", description: "当前页(默认1)", default: "{{PAGINATION_START_PAGE}}" },
    {
      field: "pagesize",
      label: "每页显示条数,(默认10,最大值100)",
      type: "string",
      description: "每页显示条数,(默认10,最大值100)",
      default: "{{PAGINATION_PAGE_SIZE}}",
    },
  ],
  response: PUR_INBOUND_DOCUMENT,
  shape: { method: "POST", path: "jdy/pur/pur_inbound_list", json: "{{params}}" },
  result: resultWith("data.rows"),
  rows: { kind: "objects", paths: ["data.rows", "data"] },
  id: ["id"],
  number: "billno",
  paging: { kind: "page", first: 1, size: 100, sizeMax: 100, end: [{ rule: "short-page" }] },
  // The search is a fuzzy one over several fields; who asks keeps the exact number alone.
  byNumber: {
    params: { search: "{{keys|first}}" },
    lift: [
      "deptid",
      "empid",
      "supplierid",
      "billstatus",
      "startdate",
      "enddate",
      "begindate",
      "expiredate",
      "starttime",
      "endtime",
      "begintime",
      "expiretime",
      "startbilldate",
      "endbilldate",
    ],
    batchMax: 1,
  },
  detail: { api: "jdy/pur/pur_inbound_detail", params: { id: "{{id}}" }, mode: "replace", concurrency: 2 },
};

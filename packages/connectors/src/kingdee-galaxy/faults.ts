/**
 * How 金蝶云星空 says no: HTTP 200 with `ResponseStatus.IsSuccess: false`, inside `[[…]]` for ExecuteBillQuery and `[…]` for
 * BillQuery. MsgCode tells the kind; for validation (11) only the text does. The first rule that matches decides, hence the codes
 * that mean one thing come first, then texts, then the codes that mean many.
 */
import type { FaultRule, Probe, ResultRule } from "@datong/core";

const STATUS_PATHS = ["Result.ResponseStatus", "[0][0].Result.ResponseStatus", "[0].Result.ResponseStatus"];

export const FAULTS: FaultRule[] = [
  { codes: ["1"], fault: "transient", cause: "session-lost" },
  { texts: ["会话信息已丢失", "上下文丢失", "Session information is lost"], fault: "transient", cause: "session-lost" },
  { codes: ["14"], fault: "throttled", waitMs: 60_000 },
  { codes: ["13"], fault: "transient", cause: "in-use", waitMs: 5_000 },
  { texts: ["冲突", "请稍候再使用"], fault: "transient", cause: "in-use", waitMs: 5_000 },
  { codes: ["2"], fault: "rejected", cause: "permission" },
  { texts: ["未指定允许调用WebAPI接口", "没有权限", "权限不足"], fault: "rejected", cause: "permission" },
  { texts: ["违反字段唯一性要求", "已经被使用"], fault: "rejected", cause: "duplicate" },
  { texts: ["是必填项", "字段必录", "必录"], fault: "rejected", cause: "required-field" },
  { texts: ["更新库存时出现可以忽略的异常数据", "负库存"], fault: "rejected", cause: "negative-stock" },
  { texts: ["关账", "结账"], fault: "rejected", cause: "period-closed" },
  { texts: ["的字段不存在", "的业务对象不存在", "当前查询串无法解析"], fault: "rejected", cause: "parameter" },
  // The words around the code are assumed (README: 依据与假设); where a server says it otherwise, no code is read and the document fails as ever.
  {
    texts: ["不存在对应的"],
    fault: "rejected",
    cause: "missing-master-data",
    missing: [{ between: ["的值“", "”"], kindBetween: ["不存在对应的", ""] }],
  },
  {
    texts: ["编码为“"],
    fault: "rejected",
    cause: "missing-master-data",
    missing: [{ between: ["编码为“", "”"], kindBetween: ["的", "不存在"] }],
  },
  { texts: ["不存在", "找不到"], fault: "rejected", cause: "missing-master-data" },
  { codes: ["3", "5", "8", "9"], fault: "rejected", cause: "parameter" },
  { codes: ["10"], fault: "rejected", cause: "missing-master-data" },
  { codes: ["6"], fault: "transient", cause: "other", waitMs: 5_000 },
  { codes: ["7", "15"], fault: "rejected", cause: "permission" },
  { codes: ["0", "4", "11", "12"], fault: "rejected", cause: "other" },
];

/** Of queries: a row of data is never an object with a Result, so an error cannot be taken for data, nor data for an error. */
export const QUERY_RESULT: ResultRule = {
  ok: [],
  failed: STATUS_PATHS.map((path) => ({ path: `${path}.IsSuccess`, in: ["false"] })),
  code: STATUS_PATHS.map((path) => `${path}.MsgCode`),
  message: STATUS_PATHS.map((path) => `${path}.Errors[0].Message`),
  faults: FAULTS,
  otherwise: "rejected",
};

const STATUS = "Result.ResponseStatus";
const WRITE_FAULTS: FaultRule[] = FAULTS.map((rule) => (rule.codes?.includes("6") ? { ...rule, fault: "uncertain" as const } : rule));

/**
 * Of batch saves: every packet stands alone, so an answer that lists packets is a yes, and each packet is judged by itself. Only what
 * refuses the whole call before any work (context lost, form missing, call limit) is a no. An answer with neither says nothing about
 * what was stored.
 */
export const SAVE_RESULT: ResultRule = {
  ok: [
    { path: `${STATUS}.IsSuccess`, in: ["true"] },
    { path: `${STATUS}.SuccessEntitys[0]`, exists: true },
    { path: `${STATUS}.Errors[0]`, exists: true },
  ],
  failed: [{ path: `${STATUS}.MsgCode`, in: ["1", "3", "5", "14", "15"] }],
  code: [`${STATUS}.MsgCode`],
  message: [`${STATUS}.Errors[0].Message`],
  faults: WRITE_FAULTS,
  otherwise: "uncertain",
};

/** Of submit, audit and their opposites, sent for one document at a time: one answer for the call. */
export const STEP_RESULT: ResultRule = {
  ok: [{ path: `${STATUS}.IsSuccess`, in: ["true"] }],
  failed: [{ path: `${STATUS}.IsSuccess`, in: ["false"] }],
  code: [`${STATUS}.MsgCode`],
  message: [`${STATUS}.Errors[0].Message`],
  faults: WRITE_FAULTS,
  otherwise: "uncertain",
};

/** Of View: the document itself is the yes. A lost session may be answered with an empty object, which another try settles. */
export const VIEW_RESULT: ResultRule = {
  ...QUERY_RESULT,
  ok: [{ path: "Result.Result.Id", exists: true }],
  otherwise: "transient",
};

/** Forms whose codes documents name, by the name that the texts above give them. */
const MASTER_DATA_FORMS = {
  客户: "BD_Customer",
  供应商: "BD_Supplier",
  物料: "BD_MATERIAL",
  仓库: "BD_STOCK",
  部门: "BD_Department",
  计量单位: "BD_UNIT",
};

/** A code that is not audited, or is forbidden, cannot be named yet. */
export const MASTER_DATA: Readonly<Record<string, Probe>> = Object.fromEntries(
  Object.entries(MASTER_DATA_FORMS).map(([kind, FormId]) => [
    kind,
    {
      api: "executeBillQuery:master-data",
      params: { FormId, FilterString: "FNumber in ({{keys|sqllist}}) and FDocumentStatus = 'C' and FForbidStatus = 'A'" },
      key: "FNumber",
      batchMax: 100,
    },
  ]),
);

/** Error codes of restructuring and conditions. */
import type { ErrorCodeRow } from "../error-code.ts";

export const RESTRUCTURE_CODES = {
  RESTRUCTURE_STEP_INVALID: {
    fault: "rejected",
    zh: "重组步骤 {path} 写法不对：{expected}",
    en: "The restructuring step {path} is not valid: {expected}",
    todoZh: "按 docs/schema 中的 restructure 格式修改该处，再检查一次方案。",
    todoEn: "Change the named place to fit the restructure schema in docs/schema and check the flow again.",
  },
  RESTRUCTURE_FIELD_MISSING: {
    fault: "rejected",
    zh: "步骤 {step} 需要字段 {field}，但来源行里没有",
    en: "Step {step} needs the field {field}, which the source row does not have",
    todoZh: "核对字段名（区分大小写），或在来源接口的查询字段里加上它。",
    todoEn: "Check the field's name (case counts), or add it to the fields that the source asks for.",
  },
  RESTRUCTURE_KEY_EMPTY: {
    fault: "rejected",
    zh: "步骤 {step} 去重要用字段 {field}，但它是空的",
    en: "Step {step} removes duplicates by the field {field}, which is empty",
    todoZh: "换一个总有值的字段作去重键，或先在来源系统补上该值。",
    todoEn: "Choose a field that always has a value as the key, or fill the value in the source system.",
  },
  RESTRUCTURE_NOT_A_NUMBER: {
    fault: "rejected",
    zh: "步骤 {step} 要计算字段 {field}，但它的值“{value}”不是数字",
    en: 'Step {step} calculates with the field {field}, but its value "{value}" is not a number',
    todoZh: "在来源系统更正该值，或换一个数值字段。",
    todoEn: "Correct the value in the source system, or name a numeric field.",
  },
  RESTRUCTURE_NOT_LINES: {
    fault: "rejected",
    zh: "步骤 {step} 需要 {field} 是明细列表，但它不是由对象组成的数组",
    en: "Step {step} needs {field} to be a list of lines, but it is not an array of objects",
    todoZh: "核对明细字段名；若来源行是一行一明细，请先加 group 步骤。",
    todoEn: "Check the name of the lines; if the source gives one row per line, put a group step first.",
  },
  RESTRUCTURE_NAME_CLASH: {
    fault: "rejected",
    zh: "步骤 {step} 之后有两个字段都叫 {field}",
    en: "After step {step} two fields would both be called {field}",
    todoZh: "换一个分隔符或前缀，或先用 rename 改掉其中一个字段名。",
    todoEn: "Choose another separator or prefix, or rename one of the two fields first.",
  },
  RESTRUCTURE_NO_LINES_TO_SPREAD: {
    fault: "rejected",
    zh: "步骤 {step} 要把 {field} 的 {value} 分摊到明细，但没有明细行",
    en: "Step {step} should spread {value} of {field} over the lines, but there are no lines",
    todoZh: "核对明细字段名，或先过滤掉没有明细的单据。",
    todoEn: "Check the name of the lines, or filter out what has no lines first.",
  },
  RESTRUCTURE_VALUE_FAILED: {
    fault: "rejected",
    zh: "步骤 {step} 计算字段 {field} 时出错：{reason}",
    en: "Step {step} could not compute the field {field}: {reason}",
    todoZh: "用预览看该单据在此步骤之前的样子，再改表达式。",
    todoEn: "Look at the record before this step in the preview, then change the expression.",
  },
  CONDITION_INVALID: {
    fault: "rejected",
    zh: "条件 {path} 写法不对：{expected}",
    en: "The condition {path} is not valid: {expected}",
    todoZh: "可用的比较有 eq neq gt egt lt elt like notlike between in notin notnull isnull eqv2 neqv2；字段写成 items.name 这样的路径。",
    todoEn:
      "The comparisons are eq neq gt egt lt elt like notlike between in notin notnull isnull eqv2 neqv2; write a field as a path such as items.name.",
  },
} as const satisfies Record<string, ErrorCodeRow>;

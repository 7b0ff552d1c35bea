/** 客户新增: new customers, by their own number. */
import type { Api } from "@datong/core";
import { formSave, saved } from "../form-save.ts";
import { baseDataProbe, CUSTOMER } from "../probing.ts";

export const api: Api = formSave({
  form: CUSTOMER.form,
  name: { zh: "客户新增", en: "Add customers" },
  key: "FNumber",
  id: CUSTOMER.id,
  probe: baseDataProbe(CUSTOMER),
  request: saved(
    ["FCreateOrgId", "创建组织", "Creating organisation", "*→"],
    ["FUseOrgId", "使用组织", "Using organisation", "*→"],
    ["FNumber", "客户编码", "Number", "*"],
    ["FName", "客户名称", "Name", "*"],
    ["FShortName", "简称", "Short name"],
    ["FTRADINGCURRID", "结算币别", "Currency", "*→"],
    ["FCustTypeId", "客户类别", "Class", "→"],
    ["FGroup", "客户分组", "Group", "→"],
    ["FSALDEPTID", "销售部门", "Sales department", "→"],
    ["FSELLER", "销售员", "Seller", "→"],
    ["FSETTLETYPEID", "结算方式", "Way of settling", "→"],
    ["FRECCONDITIONID", "收款条件", "Terms", "→"],
    ["FTaxType", "税分类", "Tax class", "→"],
    ["FTaxRate", "默认税率", "Tax rate", "→"],
    ["FInvoiceType", "发票类型", "Invoice"],
    ["FADDRESS", "通讯地址", "Address"],
    ["FZIP", "邮政编码", "Post code"],
    ["FTEL", "联系电话", "Telephone"],
    ["FINVOICETITLE", "发票抬头", "Invoice title"],
    ["FTAXREGISTERCODE", "纳税登记号", "Tax number"],
    ["FDescription", "描述", "Description"],
  ),
});

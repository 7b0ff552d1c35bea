/** 供应商上传: suppliers are added, or changed where the code is there, so that the same call twice does no harm. `biz` is a list. */
import type { Api, Field } from "@datong/core";
import { plain } from "../../plain-fields.ts";

const required = (fields: readonly Field[]): Field[] => fields.map((field) => ({ ...field, required: true }));

export const api: Api = {
  code: "supplier.upload",
  operation: "supplier.upload",
  name: { zh: "供应商上传", en: "Add or change suppliers" },
  direction: "write",
  source: "聚水潭开放平台 docId 28",
  request: [
    ...required(plain(["supplier_code", "供应商编码", "Code"], ["name", "供应商名称", "Name"])),
    ...plain(
      ["enabled", "是否生效", "In use"],
      ["contacts", "联系人", "Contact"],
      ["mobile", "手机", "Mobile"],
      ["phone", "电话", "Telephone"],
      ["address", "地址", "Address"],
      ["group", "供应商分类", "Group"],
      ["depositbank", "开户银行", "Bank"],
      ["bankacount", "账户名称", "Account's name"],
      ["acountnumber", "银行账号", "Account"],
      ["remark", "备注1", "Remark 1"],
      ["remark2", "备注2", "Remark 2"],
      ["remark3", "备注3", "Remark 3"],
    ),
  ],
  response: plain(
    ["id", "供应商内部编码", "Internal id"],
    ["supplier_code", "供应商编码", "Code"],
    ["name", "供应商名称", "Name"],
    ["issuccess", "是否成功", "Taken"],
    ["msg", "提示信息", "What is wrong"],
  ),
  shape: { method: "POST", path: "open/supplier/upload", form: { biz: "{{documents}}" } },
  write: {
    batchMax: 50,
    key: "supplier_code",
    outcome: {
      kind: "per-document",
      match: "key",
      done: {
        list: ["data.datas"],
        match: "supplier_code",
        number: "supplier_code",
        id: "id",
        when: { path: "issuccess", in: ["true"] },
      },
      refused: { list: ["data.datas"], match: "supplier_code", message: "msg", when: { path: "issuccess", in: ["false"] } },
    },
    idempotent: true,
    // Whatever has the code is changed.
    overwrites: true,
    concurrencyMax: 1,
  },
};

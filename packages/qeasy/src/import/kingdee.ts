/**
 * Kingdee's list query and save: generic calls that a form and a list of columns make specific. Where the catalogue's generic API cannot
 * serve a form (its key is not FID, its number not FBillNo) the connection gets an API of its own, derived from the generic one.
 */
import type { Api, Field } from "@datong/core";
import { kingdeeKey } from "../scheme/article-form.ts";
import type { SideChoice, Work } from "./work.ts";

interface OwnKeys {
  readonly id: readonly string[] | undefined;
  readonly number: string | undefined;
}

/** The API that answers this query; columns that it needs are added to `columns`. */
export function kingdeeQuery(
  work: Work,
  choice: SideChoice,
  columns: Record<string, string>,
  response: readonly Field[],
  own: OwnKeys,
): Api | undefined {
  const { api, connector, form, metadata } = choice;
  const generic = connector?.apis.find((each) => each.code === "executeBillQuery");
  if (form === undefined && (api === undefined || api.code === "executeBillQuery")) {
    const answer = work.notes.decide(metadata, undefined, {
      key: "source.params.FormId",
      zh: "没有写明业务对象表单（FormId），如 SAL_OUTSTOCK",
      en: "the form (FormId) is not given, such as SAL_OUTSTOCK",
    });
    const named = typeof answer === "string" ? connector?.apis.find((each) => each.code === `executeBillQuery:${answer}`) : undefined;
    if (named !== undefined) return named;
    if (typeof answer === "string" && generic !== undefined) return derived(work, choice, generic, answer, columns, own);
  }
  if (api !== undefined && (api.code !== "executeBillQuery" || api.operation !== "executeBillQuery")) return api;
  if (generic === undefined) return api;
  if (choice.code === "ExecuteBillQuery") viewColumns(work, choice, columns, response);
  if (own.id === undefined || (own.id.length === 1 && own.id[0] === "FID")) return generic;
  return derived(work, choice, generic, form ?? "", columns, own);
}

/** Generation 1 names what it reads without the F: its columns are asked for under those names. */
function viewColumns(work: Work, { metadata }: SideChoice, columns: Record<string, string>, response: readonly Field[]): void {
  for (const { field } of response) if (columns[field] === undefined) columns[field] = withF(field);
  if (response.length > 0) {
    work.notes.change(
      metadata,
      undefined,
      "旧版 ExecuteBillQuery 的列名没有 F：按 FName、FUseOrgId.FName 查询，仍用 Name、UseOrgId_Name 作列名",
      "the old ExecuteBillQuery names columns without the F: FName and FUseOrgId.FName are asked for under Name and UseOrgId_Name",
    );
  }
}

function withF(name: string): string {
  if (name.startsWith("F_") || /^F[A-Z]/.test(name)) return kingdeeKey(name);
  const [head = name, ...rest] = name.split("_");
  return rest.length === 0 || rest.join("_") === "Id" ? `F${head}` : `F${head}.F${rest.join(".F")}`;
}

function derived(work: Work, choice: SideChoice, generic: Api, form: string, columns: Record<string, string>, own: OwnKeys): Api {
  const id = own.id ?? ["FID"];
  const keyOf = (name: string): string => columns[name] ?? (choice.code === "ExecuteBillQuery" ? withF(name) : kingdeeKey(name));
  const names = [...new Set([...id, ...(own.number === undefined ? [] : [own.number]), ...Object.keys(columns)])];
  const code = form === "" ? "executeBillQuery:own" : freeCode(choice, `executeBillQuery:${form}`);
  const line = names.find((name) => /_F?EntryI[dD]$/.test(name) && !name.startsWith("SubHeadEntity") && !id.includes(name));
  const labels = new Map(generic.request.map((field) => [field.field, field]));
  const api: Api = {
    ...generic,
    code,
    name: { zh: `${form}查询`, en: `Query of ${form}` },
    request: [
      ...generic.request
        .filter((field) => field.place !== "column")
        .map((field): Field => {
          if (field.field === "FormId" && form !== "") return { ...field, default: form };
          if (field.field === "OrderString")
            return { ...field, default: [...id, ...(line === undefined ? [] : [line])].map((name) => `${keyOf(name)} ASC`).join(", ") };
          return field;
        }),
      ...names.map((name): Field => ({
        field: name,
        label: labels.get(name)?.label ?? name,
        type: "string",
        place: "column",
        default: keyOf(name),
      })),
    ],
    response: names.map((name) => ({ field: name, label: name, type: "string" })),
    id,
    ...(own.number === undefined ? {} : { number: own.number }),
    ...(line === undefined ? {} : { lineId: line }),
    rowFields: [...new Set([...id, ...(own.number === undefined ? [] : [own.number]), ...(line === undefined ? [] : [line])])],
  };
  work.privateApis.push({ system: choice.system, api });
  work.notes.change(
    choice.metadata,
    undefined,
    `表单 ${form || "（未写）"} 的主键是 ${id.join("、")}，不是 FID：由通用查询派生了自有接口 ${code}`,
    `the key of the form ${form || "(not given)"} is ${id.join(", ")} and not FID: the connection's own API ${code} is derived from the generic query`,
  );
  return api;
}

function freeCode({ connector }: SideChoice, code: string): string {
  return connector?.apis.some((each) => each.code === code) === true ? `${code}:own` : code;
}

/** Saving a form that has no bill number: its key is FNumber, and the target is asked for it by number. */
export function kingdeeSave(work: Work, choice: SideChoice, generic: Api, key: string): Api {
  const form = choice.form ?? "";
  const { write } = generic;
  if (write === undefined) return generic;
  // The generic probe and steps go by FBillNo and FID, which such a form lacks; what is in doubt is left to a person.
  const { batchMax, outcome, idempotent, concurrencyMax } = write;
  const code = form === "" ? "batchSave:own" : freeCode(choice, `batchSave:${form}`);
  const api: Api = {
    ...generic,
    code,
    name: { zh: `${form}新增`, en: `Add ${form}` },
    request: [{ field: key, label: key, type: "string", required: true }],
    write: { batchMax, key, outcome, idempotent, ...(concurrencyMax === undefined ? {} : { concurrencyMax }) },
  };
  work.privateApis.push({ system: choice.system, api });
  work.notes.change(
    choice.metadata,
    undefined,
    `表单 ${form || "（未写）"} 没有 FBillNo：由通用保存派生了自有接口 ${code}，以 ${key} 为外部单号`,
    `the form ${form || "(not given)"} has no FBillNo: the connection's own API ${code} is derived from the generic save, with ${key} as the external key`,
  );
  return api;
}

/**
 * Allocate: audited base data, named by inner ids, given to organisations, named by inner ids. Each document stands alone. What an
 * organisation has already is passed over; each new one is an entry of the ledger, `<number>@<organisation>`.
 */
import type { Ledger } from "../kit/ledger.ts";
import { ORG_FORM_ID } from "./forms/base-data.ts";
import { titleOf } from "./lifecycle.ts";
import type { OperationContext } from "./operations.ts";
import { MSG, problem, responseStatus, type Entity, type Problem } from "./reply.ts";
import { textOf } from "./request-body.ts";
import { findForm, numberOf, type Document } from "./store.ts";

/** Gives the answer's body. */
export function allocate(context: OperationContext, ledger: Ledger, data: Readonly<Record<string, unknown>>): unknown {
  const { form, store } = context;
  const refuse = (code: number, message: string): unknown => ({ Result: { ResponseStatus: responseStatus([problem(code, message)]) } });
  if (form.bill) return refuse(MSG.notOperable, `${form.name}不支持分配操作！`);
  const documents = idsOf(data["pkids"]).map((id) => store.get(form, Number(id)));
  const orgs = idsOf(data["torgids"]);
  if (documents.length === 0 || orgs.length === 0) return refuse(MSG.parameter, "参数PkIds、TOrgIds不能为空");
  const orgForm = findForm(ORG_FORM_ID);
  const unknown = orgs.find((id) => orgForm === undefined || store.get(orgForm, Number(id)) === undefined);
  if (unknown !== undefined) return refuse(MSG.notExisting, `内码为“${unknown}”的组织不存在`);
  const problems: Problem[] = [];
  const entities: Entity[] = [];
  const messages: unknown[] = [];
  for (const [dIndex, document] of documents.entries()) {
    if (document === undefined) problems.push(problem(MSG.notFound, `传入的内码对应的${form.name}不存在`, null, dIndex));
    else if (document.values["FDocumentStatus"] !== "C")
      problems.push(problem(MSG.invalid, `${titleOf(document)}，单据未审核，不能分配！`, null, dIndex));
    else {
      for (const org of orgs) note(ledger, document, org, data);
      entities.push({ Id: document.id, Number: numberOf(document), DIndex: dIndex });
      messages.push({ FieldName: null, Message: `${titleOf(document)}，分配成功！`, DIndex: dIndex });
    }
  }
  return { Result: { ResponseStatus: responseStatus(problems, entities, messages) } };
}

function note(ledger: Ledger, { form, ...document }: Document, org: string, data: Readonly<Record<string, unknown>>): void {
  const number = numberOf({ form, ...document });
  const key = `${number}@${org}`;
  const kind = `${form.id} allocation`;
  if (ledger.entries().some((entry) => entry.kind === kind && entry.key === key)) return;
  ledger.add({ api: "Allocate", kind, key, number, body: { ...data } });
}

function idsOf(value: unknown): readonly string[] {
  return textOf(value)
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
}

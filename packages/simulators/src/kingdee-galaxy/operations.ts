/**
 * Submit, Audit, UnAudit, Delete and ExcuteOperation (Forbid, Enable, Cancel, UnCancel) on documents named by number or inner id.
 *
 * Unknown numbers are passed over if at least one exists. Each document stands alone: what can be done is done, the rest is in Errors.
 */
import type { Form } from "./form.ts";
import { operate, OPERATION_NAMES, titleOf, type Act, type Operation } from "./lifecycle.ts";
import { MSG, problem, responseStatus, type Entity, type Problem } from "./reply.ts";
import { textOf } from "./request-body.ts";
import { numberOf, type Document } from "./store.ts";

export interface OperationContext extends Act {
  readonly form: Form;
  lockText(number: string): string | undefined;
}

/** Runs one operation and gives the answer's body. */
export function runOperation(context: OperationContext, operation: string, data: Readonly<Record<string, unknown>>): unknown {
  const known = Object.keys(OPERATION_NAMES).find((name) => name.toLowerCase() === operation.toLowerCase()) as Operation | undefined;
  if (known === undefined) return answer([problem(3, `操作“${operation}”不存在`)]);
  const documents = namedDocuments(context, data);
  if (documents.length === 0)
    return answer([problem(MSG.notFound, `传入的编码或内码对应的${context.form.name}不存在`, context.form.numberKey)]);
  const problems: Problem[] = [];
  const entities: Entity[] = [];
  const messages: unknown[] = [];
  for (const [dIndex, document] of documents.entries()) {
    const title = titleOf(document);
    const lockText = context.lockText(numberOf(document));
    const refusal = lockText ?? operate(context, known, document);
    if (refusal !== undefined) {
      problems.push(problem(lockText === undefined ? MSG.invalid : MSG.editLock, refusal, null, dIndex));
      continue;
    }
    entities.push({ Id: document.id, Number: numberOf(document), DIndex: dIndex });
    messages.push({ FieldName: null, Message: `${title}，${OPERATION_NAMES[known]}成功！`, DIndex: dIndex });
  }
  return answer(problems, entities, messages);
}

function answer(problems: readonly Problem[], entities: readonly Entity[] = [], messages: readonly unknown[] = []): unknown {
  return { Result: { ResponseStatus: responseStatus(problems, entities, messages) } };
}

function namedDocuments(context: OperationContext, data: Readonly<Record<string, unknown>>): readonly Document[] {
  const { store, form } = context;
  const numbers = listOf(data["numbers"] ?? data["number"]).map((number) => store.find(form, number));
  const ids = listOf(data["ids"] ?? data["id"]).map((id) => store.get(form, Number(id)));
  return [...new Set([...numbers, ...ids].filter((document) => document !== undefined))];
}

function listOf(value: unknown): readonly string[] {
  const items = Array.isArray(value) ? value.map(textOf) : textOf(value).split(",");
  return items.map((item) => item.trim()).filter((item) => item !== "");
}

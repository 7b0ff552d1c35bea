/** The control actions only this vendor has; see the comment of simulator.ts. An action that makes no sense throws with a sentence. */
import type { Value } from "./form.ts";
import type { Galaxy } from "./galaxy.ts";
import { findForm, numberOf, type Document } from "./store.ts";
import { plainDocument } from "./view.ts";
import { wallTime } from "./wall-time.ts";

/** Does one action and answers what to print. */
export function runControl(galaxy: Galaxy, action: string, body: Readonly<Record<string, unknown>>): unknown {
  switch (action) {
    case "lock":
      galaxy.locks.push({
        formId: text(body, "formId").toLowerCase(),
        number: typeof body["number"] === "string" ? body["number"].toLowerCase() : "",
        timesLeft: typeof body["times"] === "number" ? body["times"] : Infinity,
      });
      return { locks: galaxy.locks.length };
    case "unlock": {
      const formId = text(body, "formId").toLowerCase();
      galaxy.locks = galaxy.locks.filter((lock) => lock.formId !== formId);
      return { locks: galaxy.locks.length };
    }
    case "deny":
      if (body["on"] === false) galaxy.denied.delete(text(body, "formId").toLowerCase());
      else galaxy.denied.add(text(body, "formId").toLowerCase());
      return { denied: [...galaxy.denied] };
    case "stall-tasks":
      galaxy.tasks.stall(body["on"] !== false);
      return { stalled: body["on"] !== false };
    case "expire-sessions":
      galaxy.sessions.forgetAll();
      return { expired: true };
    case "change": {
      const document = named(galaxy, body);
      const before = numberOf(document);
      const values = { ...document.values, ...(body["values"] as Record<string, Value>), FModifyDate: wallTime(galaxy.now()) };
      const isRenamed = numberOf({ ...document, values }) !== before;
      // Found by its number from now on, and no more by the former one.
      if (isRenamed) galaxy.mainStore.remove(document);
      Object.assign(document.values, values);
      if (isRenamed) galaxy.mainStore.put(document);
      else galaxy.mainStore.touch();
      return plainDocument(galaxy.mainStore, document);
    }
    case "change-line": {
      const document = named(galaxy, body);
      const line = document.lines[text(body, "entry")]?.[typeof body["line"] === "number" ? body["line"] : 0];
      if (line === undefined) throw new TypeError(`${text(body, "number")} has no such line of ${text(body, "entry")}`);
      Object.assign(line.values, body["values"]);
      Object.assign(document.values, { FModifyDate: wallTime(galaxy.now()) });
      galaxy.mainStore.touch();
      return plainDocument(galaxy.mainStore, document);
    }
    case "copy": {
      const { form, values, lines } = named(galaxy, body);
      const id = galaxy.mainStore.newId();
      const own = { ...values, [form.numberKey]: text(body, "as"), FModifyDate: wallTime(galaxy.now()) };
      const copy = { form, id, values: own, lines: structuredClone(lines) };
      galaxy.mainStore.put(copy);
      return plainDocument(galaxy.mainStore, copy);
    }
    case "push-down":
      named(galaxy, body).downstream = text(body, "to");
      return { downstream: body["to"] };
    case "remove":
      galaxy.mainStore.remove(named(galaxy, body));
      return { removed: true };
    default:
      throw new TypeError(`kingdee-galaxy has no action ${action}`);
  }
}

function named(galaxy: Galaxy, body: Readonly<Record<string, unknown>>): Document {
  const form = findForm(text(body, "formId"));
  const document = form === undefined ? undefined : galaxy.mainStore.find(form, text(body, "number"));
  if (document === undefined) throw new TypeError(`there is no ${text(body, "formId")} numbered ${text(body, "number")}`);
  return document;
}

function text(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value !== "string" || value === "") throw new TypeError(`the action needs ${name}`);
  return value;
}

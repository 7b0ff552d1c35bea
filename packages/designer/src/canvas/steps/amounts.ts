/** How many bills pass between the steps, of real ones: the mapping's sample and trial, told edge by edge. */
import type { stepsTexts } from "../../language/steps-texts.ts";
import type { Trial } from "../../mapping/trial.ts";
import type { Amount } from "./nodes.tsx";

const SHOWN = 3;

export function amountsOf(trial: Trial | null, steps: number, text: (typeof stepsTexts)["zh"]): ReadonlyMap<number | "map", Amount> {
  const amounts = new Map<number | "map", Amount>();
  if (trial === null || trial.records.length === 0) return amounts;
  const rows = trial.records.flatMap((record) => record.rows);
  amounts.set(-2, {
    label: `${text.records(trial.records.length)} · ${text.rows(rows.length)}`,
    bills: rows.slice(0, SHOWN),
    isBad: false,
  });
  // A step that is off, or behind one that cannot be done, hands on what came to it, or is not reached.
  let before: Amount | undefined;
  const wrong = Math.min(...trial.flaws.flatMap(({ path }) => /^\/restructure\/(\d+)/.exec(path)?.[1] ?? []).map(Number));
  for (let index = -1; index < steps && index < wrong; index += 1) {
    const step = trial.steps.find((each) => each.index === index);
    if (step !== undefined) {
      const bills = step.bills.slice(0, SHOWN).map(({ row }) => row);
      before = {
        label: index === -1 ? text.rows(step.bills.length) : text.bills(step.bills.length),
        bills,
        isBad: step.bills.length === 0,
      };
    }
    if (before !== undefined) amounts.set(index, before);
  }
  const last = amounts.get(steps - 1);
  if (last !== undefined) amounts.set(steps, last);
  const failing = trial.documents.reduce((sum, { issues }) => sum + issues.length, 0);
  if (wrong === Infinity && trial.documents.length > 0) {
    const bodies = trial.documents.flatMap(({ body }) => (body === null ? [] : [body]));
    const label = failing > 0 ? text.failing(failing) : text.documents(trial.steps.at(-1)?.bills.length ?? bodies.length);
    const told =
      failing > 0 ? trial.documents.flatMap(({ issues }) => issues.map(({ path, zh, en, code }) => ({ path, zh, en, code }))) : bodies;
    amounts.set("map", { label, bills: told.slice(0, SHOWN), isBad: failing > 0 });
  }
  return amounts;
}

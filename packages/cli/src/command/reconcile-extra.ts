/** `datong reconcile --repair --extra …`: what would be taken away at the target, and the choice that a repair is given. */
import { writeJson, type Json } from "@datong/core";
import { previewRemoval, type Engine, type PreviewedBill, type ReconcileOptions, type RemovalPreview } from "@datong/engine";
import type { Context } from "../context.ts";
import { table } from "../output/table.ts";
import { reconcileText } from "../text/reconcile.ts";

type Given = Parameters<typeof previewRemoval>[1];

interface Chosen {
  readonly extra?: "leave" | "accept" | "remove";
  readonly bill?: readonly string[];
  readonly reason?: string;
}

const PAGE = 200;
/** Of `seen` as it is shown: enough to tell that a bill has changed. */
const SEEN = 8;

export async function previewAll(engine: Engine, given: Given, report: string): Promise<RemovalPreview> {
  const bills: PreviewedBill[] = [];
  for (let after = 0; ;) {
    const page = await previewRemoval(engine, given, report, { after, limit: PAGE });
    bills.push(...page.bills);
    if (page.bills.length < PAGE) return { steps: page.steps, bills };
    after = page.bills.at(-1)?.place ?? after;
  }
}

/** Exit code 1: there are bills, and nothing was done. */
export function tellRemoval(context: Context, { steps, bills }: RemovalPreview): number {
  const { terminal, language } = context;
  const text = reconcileText(language);
  if (context.json) terminal.out(`${writeJson({ ok: bills.length === 0, steps, bills } as unknown as Json)}\n`);
  else if (bills.length === 0) terminal.out(`${text.removalNone}\n`);
  else {
    terminal.out(`${text.removalSteps(steps.map((step) => step[language]))}\n`);
    const rows = bills.map(({ key, stage, lines, sums, seen, refusal }) => [
      key,
      stage ?? "",
      lines === null ? "" : String(lines),
      sums.map((sum) => sum ?? "").join(" / "),
      refusal === null ? `${key}=${seen.slice(0, SEEN)}` : refusal.text,
    ]);
    terminal.out(table(text.removalTable, rows));
  }
  return bills.length === 0 ? 0 : 1;
}

/** A bill whose first letters of `seen` are still those that were shown is taken as seen; any other is left by the repair as changed. */
export async function chosenExtra(
  engine: Engine,
  given: Given,
  report: string,
  { extra, bill, reason = "" }: Chosen,
): Promise<Pick<ReconcileOptions, "extra">> {
  if (extra === "accept") return { extra: { how: "accept", reason: reason.trim() } };
  if (extra !== "remove") return {};
  const { bills } = await previewAll(engine, given, report);
  const now = new Map(bills.map((each) => [each.key, each.seen]));
  const named = (bill ?? []).map((each) => {
    const at = each.lastIndexOf("=");
    const [key, seen] = [each.slice(0, at), each.slice(at + 1)];
    const fresh = now.get(key) ?? "";
    return { key, seen: fresh.startsWith(seen) ? fresh : seen };
  });
  return { extra: { how: "remove", reason: reason.trim(), bills: named } };
}

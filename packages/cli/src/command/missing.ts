/** `datong missing`: the master data that the targets lack, with the bills that wait for it. */
import { listMissing } from "@datong/engine";
import type { Context } from "../context.ts";
import { findFlow, openStore, workspaceDir, type PlaceOptions } from "../open-flow.ts";
import { instant } from "../output/instant.ts";
import { table } from "../output/table.ts";
import { repairText } from "../text/repair.ts";

export interface MissingOptions extends PlaceOptions {
  readonly flow?: string;
}

export async function missingCommand(context: Context, options: MissingOptions): Promise<number> {
  const { terminal, language, json } = context;
  const found = options.flow === undefined ? undefined : await findFlow(context, options.flow, options);
  const engine = await openStore(context, found?.workspace.dir ?? workspaceDir(context, options), options);
  try {
    const missing = await listMissing(engine.pool, found?.entry.id);
    if (json) {
      terminal.out(`${JSON.stringify({ ok: true, missing })}\n`);
      return 0;
    }
    const own = repairText(language);
    if (missing.length === 0) {
      terminal.out(`${own.missingNone}\n`);
      return 0;
    }
    const rows = missing.map((item) => {
      const numbers = `${item.numbers.join(", ")}${item.count > item.numbers.length ? " …" : ""}`;
      return [item.flowId, item.kind, item.code, String(item.count), instant(item.since), numbers];
    });
    terminal.out(table(own.missingTable, rows, [3]));
    return 0;
  } finally {
    await engine.close();
  }
}

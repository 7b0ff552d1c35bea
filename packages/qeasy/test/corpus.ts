/** The corpus of schemes recovered from articles (the users' own material), and what an import is given in tests. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CONNECTORS } from "@datong/connectors";
import { BUILT_IN } from "@datong/core";
import { importFiles, type ImportContext, type ImportResult } from "@datong/qeasy";

const DIR = join(import.meta.dirname, "corpus");
export const CORPUS: readonly string[] = readdirSync(DIR).toSorted();

export function corpusText(name: string): string {
  return readFileSync(join(DIR, name), "utf8");
}

export const CONTEXT: ImportContext = { connectors: [...CONNECTORS, BUILT_IN], connections: [], flows: [], schemeIds: {}, answers: {} };

/**
 * The catalogue as it was when the golden counts were taken: an API that is added later turns decisions into values, and is no reason to
 * take the counts anew.
 */
const PINNED = `
  greatonce.distributor.single.sync crm.customer.add jushuitan.otherinout.upload other.inout.query shops.query jushuitan.order.list.query
  jushuitan.saleout.list.query wdt.warehouse.query jdy/pur/pur_inbound_list batchSave batchSave:BD_STOCK
  batchSave:SAL_OUTSTOCK executeBillQuery executeBillQuery:BD_Customer executeBillQuery:SAL_RETURNSTOCK receive collect push
`
  .trim()
  .split(/\s+/);
export const PINNED_CONTEXT: ImportContext = {
  ...CONTEXT,
  connectors: CONTEXT.connectors.map((connector) => ({ ...connector, apis: connector.apis.filter(({ code }) => PINNED.includes(code)) })),
};

export function importText(text: string, more: Partial<ImportContext> = {}, file = "given.json"): ImportResult {
  return importFiles([{ file, text }], { ...CONTEXT, ...more });
}

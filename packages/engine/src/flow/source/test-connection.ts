/** Tries a connection: logs in and makes the harmless call that its connector names, once. Writes nothing; what fails is told, not thrown. */
import { DatongError } from "@datong/core";
import type { OpenConnection } from "../../connection/open-connection.ts";
import { readyParams } from "../ready-flow.ts";
import { ask, CallFault } from "./read-page.ts";

export interface ConnectionTest {
  readonly ok: boolean;
  readonly tookMs: number;
  /** What is wrong; null where all is well. */
  readonly problem: DatongError | null;
}

/** Throws CONNECTION_TEST_MISSING where the connector names no such call. */
export async function testConnection(connection: OpenConnection, nowMs: number): Promise<ConnectionTest> {
  const { test, system } = connection.connector;
  if (test === undefined) throw new DatongError("CONNECTION_TEST_MISSING", { system });
  const api = connection.api(test.api);
  const params = readyParams(api.api, test.params, {});
  const scope = { nowMs, slice: { fromMs: 0, toMs: nowMs }, state: { pagesRead: 0, rowsRead: 0, cursor: null, lastHash: null } };
  const { paging } = api.api;
  const page = {
    PAGINATION_PAGE_SIZE: 1,
    PAGINATION_START_PAGE: paging?.kind === "page" ? paging.first : 1,
    PAGINATION_START_ROW: 0,
  };
  const startedMs = performance.now();
  const told = (problem: DatongError | null): ConnectionTest => ({
    ok: problem === null,
    tookMs: Math.round(performance.now() - startedMs),
    problem,
  });
  try {
    await ask(connection, api, params, scope, page);
    return told(null);
  } catch (error) {
    if (error instanceof CallFault) return told(error.error);
    if (error instanceof DatongError) return told(error);
    throw error;
  }
}

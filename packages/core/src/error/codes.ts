/** The one table of error codes, put together from the areas. docs/errors.md is generated from it. */
import { ACCESS_CODES } from "./codes/access.ts";
import { ASSET_CODES } from "./codes/asset.ts";
import { CUTOVER_CODES } from "./codes/cutover.ts";
import { DATABASE_CODES } from "./codes/database.ts";
import { FLOW_CODES } from "./codes/flow.ts";
import { LANGUAGE_CODES } from "./codes/language.ts";
import { RECONCILE_CODES } from "./codes/reconcile.ts";
import { REPAIR_CODES } from "./codes/repair.ts";
import { RESTRUCTURE_CODES } from "./codes/restructure.ts";
import { SCHEDULE_CODES } from "./codes/schedule.ts";
import { SERVER_CODES } from "./codes/server.ts";
import { SOURCE_CODES } from "./codes/source.ts";
import { STORE_CODES } from "./codes/store.ts";
import { TARGET_CODES } from "./codes/target.ts";
import type { ErrorCodeRow } from "./error-code.ts";

export const CODES = {
  ...ACCESS_CODES,
  ...ASSET_CODES,
  ...CUTOVER_CODES,
  ...DATABASE_CODES,
  ...FLOW_CODES,
  ...LANGUAGE_CODES,
  ...RECONCILE_CODES,
  ...REPAIR_CODES,
  ...RESTRUCTURE_CODES,
  ...SCHEDULE_CODES,
  ...SERVER_CODES,
  ...SOURCE_CODES,
  ...STORE_CODES,
  ...TARGET_CODES,
} as const satisfies Record<string, ErrorCodeRow>;

export type ErrorCode = keyof typeof CODES;

/** Every route of the API. What is not in this list is not there. */
import { ACCESS_ROUTES } from "../routes/access.ts";
import { ALERT_ROUTES } from "../routes/alerts.ts";
import { CONNECTION_ROUTES } from "../routes/connections.ts";
import { FLOW_ROUTES } from "../routes/flows.ts";
import { INCOMING_ROUTES } from "../routes/incoming.ts";
import { MAKING_ROUTES } from "../routes/making.ts";
import { OPERATION_ROUTES } from "../routes/operation.ts";
import { PEOPLE_ROUTES } from "../routes/people.ts";
import { RECONCILE_ROUTES } from "../routes/reconcile.ts";
import { RECORD_ROUTES } from "../routes/records.ts";
import { RUN_ROUTES } from "../routes/runs.ts";
import type { Route } from "./route.ts";

export const ROUTES: readonly Route[] = [
  ...OPERATION_ROUTES,
  ...ACCESS_ROUTES,
  ...PEOPLE_ROUTES,
  ...CONNECTION_ROUTES,
  ...FLOW_ROUTES,
  ...MAKING_ROUTES,
  ...RUN_ROUTES,
  ...INCOMING_ROUTES,
  ...ALERT_ROUTES,
  ...RECORD_ROUTES,
  ...RECONCILE_ROUTES,
];

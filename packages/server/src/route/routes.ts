/** Every route of the API. What is not in this list is not there. */
import { ACCESS_ROUTES } from "../routes/access.ts";
import { ALERT_ROUTES } from "../routes/alerts.ts";
import { COLLECTION_ROUTES } from "../routes/collections.ts";
import { COMPARE_ROUTES } from "../routes/compare.ts";
import { CANVAS_ROUTES } from "../routes/canvas.ts";
import { COMPLETENESS_ROUTES } from "../routes/completeness.ts";
import { BULK_ROUTES } from "../routes/bulk.ts";
import { ASSET_ROUTES } from "../routes/assets.ts";
import { CONNECTION_ROUTES } from "../routes/connections.ts";
import { CONNECTOR_IMPORT_ROUTES } from "../routes/connector-import.ts";
import { DEBUG_ROUTES } from "../routes/debug.ts";
import { FLOW_BULK_ROUTES } from "../routes/flow-bulk.ts";
import { FLOW_FILE_ROUTES } from "../routes/flow-files.ts";
import { PAPER_ROUTES } from "../routes/papers.ts";
import { FLOW_IMPORT_ROUTES } from "../routes/flow-import.ts";
import { DEMO_ROUTES } from "../routes/demo.ts";
import { EDIT_ROUTES } from "../routes/edit.ts";
import { EXPORT_ROUTES } from "../routes/export.ts";
import { FAILURE_ROUTES } from "../routes/failures.ts";
import { FLOW_ROUTES } from "../routes/flows.ts";
import { INCOMING_ROUTES } from "../routes/incoming.ts";
import { EVALUATION } from "../routes/evaluate.ts";
import { OIDC_ROUTES } from "../routes/oidc.ts";
import { OPERATION_ROUTES } from "../routes/operation.ts";
import { OVERVIEW_ROUTES } from "../routes/overview.ts";
import { PEOPLE_ROUTES } from "../routes/people.ts";
import { QUEUE_ROUTES } from "../routes/queues.ts";
import { RECONCILE_ROUTES } from "../routes/reconcile.ts";
import { RECORD_ROUTES } from "../routes/records.ts";
import { RUN_ROUTES } from "../routes/runs.ts";
import { TABLE_ROUTES } from "../routes/tables.ts";
import { TEMPLATE_ROUTES } from "../routes/templates.ts";
import { TRY_API_ROUTES } from "../routes/try-api.ts";
import { TRIAL_ROUTES } from "../routes/trial.ts";
import { LOG_ROUTES } from "../routes/logs.ts";
import { RUN_HISTORY_ROUTES } from "../routes/run-history.ts";
import { SEARCH_ROUTES } from "../routes/search.ts";
import { VIEW_ROUTES } from "../routes/views.ts";
import { SETTINGS_ROUTES } from "../routes/settings.ts";
import type { Route } from "./route.ts";

export const ROUTES: readonly Route[] = [
  ...OPERATION_ROUTES,
  ...ACCESS_ROUTES,
  ...OIDC_ROUTES,
  ...PEOPLE_ROUTES,
  ...SETTINGS_ROUTES,
  ...DEMO_ROUTES,
  ...CONNECTION_ROUTES,
  ...CONNECTOR_IMPORT_ROUTES,
  ...TRY_API_ROUTES,
  ...ASSET_ROUTES,
  ...FLOW_ROUTES,
  ...FLOW_FILE_ROUTES,
  ...FLOW_BULK_ROUTES,
  ...PAPER_ROUTES,
  ...FLOW_IMPORT_ROUTES,
  ...COMPARE_ROUTES,
  ...CANVAS_ROUTES,
  ...DEBUG_ROUTES,
  ...OVERVIEW_ROUTES,
  ...EXPORT_ROUTES,
  ...FAILURE_ROUTES,
  ...TEMPLATE_ROUTES,
  EVALUATION,
  ...TABLE_ROUTES,
  ...COLLECTION_ROUTES,
  ...TRIAL_ROUTES,
  ...RUN_ROUTES,
  ...INCOMING_ROUTES,
  ...ALERT_ROUTES,
  ...RECORD_ROUTES,
  ...QUEUE_ROUTES,
  ...BULK_ROUTES,
  ...EDIT_ROUTES,
  ...SEARCH_ROUTES,
  ...VIEW_ROUTES,
  ...LOG_ROUTES,
  ...RUN_HISTORY_ROUTES,
  ...RECONCILE_ROUTES,
  ...COMPLETENESS_ROUTES,
];

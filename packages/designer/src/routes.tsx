/** Every address of the console. Pages are loaded when they are opened; a page that not everybody may use declares the right that it needs. */
import { createBrowserRouter, Navigate } from "react-router";
import type { Right } from "./shell/place.tsx";
import { Crash } from "./shell/crash.tsx";
import { Entry } from "./shell/entry.tsx";
import { Frame } from "./shell/frame.tsx";
import { NotFound } from "./shell/not-found.tsx";

/** What the frame asks before it shows the page. */
const needs = (right: Right): { readonly handle: { readonly right: Right } } => ({ handle: { right } });

export const router = createBrowserRouter([
  {
    errorElement: <Crash />,
    HydrateFallback: () => null,
    children: [
      { path: "/", element: <Entry /> },
      { path: "/login", lazy: async () => ({ Component: (await import("./pages/log-in.tsx")).LogIn }) },
      { path: "/setup", lazy: async () => ({ Component: (await import("./pages/set-up.tsx")).SetUp }) },
      {
        path: "/w/:workspace",
        element: <Frame />,
        errorElement: <Crash />,
        children: [
          { index: true, element: <Navigate to="overview" replace /> },
          { path: "overview", lazy: async () => ({ Component: (await import("./pages/overview.tsx")).Overview }) },
          { path: "canvas", lazy: async () => ({ Component: (await import("./pages/canvas.tsx")).Canvas }) },
          { path: "connections", lazy: async () => ({ Component: (await import("./pages/connections.tsx")).Connections }) },
          {
            path: "connections/new",
            ...needs("design"),
            lazy: async () => ({ Component: (await import("./pages/connection.tsx")).NewConnection }),
          },
          { path: "connections/:id", lazy: async () => ({ Component: (await import("./pages/connection.tsx")).Connection }) },
          { path: "flows", lazy: async () => ({ Component: (await import("./pages/flows.tsx")).Flows }) },
          { path: "flows/new", ...needs("design"), lazy: async () => ({ Component: (await import("./pages/new-flow.tsx")).NewFlow }) },
          { path: "flows/:flow", lazy: async () => ({ Component: (await import("./pages/flow.tsx")).Flow }) },
          { path: "flows/:flow/debug", ...needs("design"), lazy: async () => ({ Component: (await import("./pages/debug.tsx")).Debug }) },
          {
            path: "flows/:flow/compare",
            ...needs("design"),
            lazy: async () => ({ Component: (await import("./pages/compare.tsx")).Compare }),
          },
          { path: "apis", lazy: async () => ({ Component: (await import("./pages/apis.tsx")).Apis }) },
          { path: "apis/:connection/:api", lazy: async () => ({ Component: (await import("./pages/api.tsx")).Api }) },
          { path: "connectors", lazy: async () => ({ Component: (await import("./pages/connectors.tsx")).Connectors }) },
          {
            path: "connectors/new",
            ...needs("design"),
            lazy: async () => ({ Component: (await import("./pages/connector.tsx")).NewConnector }),
          },
          { path: "connectors/:connector", lazy: async () => ({ Component: (await import("./pages/connector.tsx")).ConnectorPage }) },
          { path: "alerts", lazy: async () => ({ Component: (await import("./pages/alerts.tsx")).Alerts }) },
          { path: "records", lazy: async () => ({ Component: (await import("./pages/records.tsx")).Records }) },
          { path: "records/:flow/:key", lazy: async () => ({ Component: (await import("./pages/story.tsx")).RecordStory }) },
          { path: "reconcile", lazy: async () => ({ Component: (await import("./pages/reconcile.tsx")).Reconcile }) },
          { path: "missing", lazy: async () => ({ Component: (await import("./pages/missing.tsx")).Missing }) },
          { path: "logs", lazy: async () => ({ Component: (await import("./pages/logs.tsx")).Logs }) },
          { path: "runs", lazy: async () => ({ Component: (await import("./pages/runs.tsx")).Runs }) },
          { path: "queues", lazy: async () => ({ Component: (await import("./pages/queues.tsx")).Queues }) },
          { path: "tables", lazy: async () => ({ Component: (await import("./pages/tables.tsx")).Tables }) },
          { path: "tables/new", ...needs("design"), lazy: async () => ({ Component: (await import("./pages/table.tsx")).NewTable }) },
          { path: "tables/:table", lazy: async () => ({ Component: (await import("./pages/table.tsx")).TablePage }) },
          { path: "collections", lazy: async () => ({ Component: (await import("./pages/collections.tsx")).Collections }) },
          { path: "collections/:flow", lazy: async () => ({ Component: (await import("./pages/collection.tsx")).Collection }) },
          { path: "members", ...needs("administer"), lazy: async () => ({ Component: (await import("./pages/members.tsx")).Members }) },
          { path: "api-keys", ...needs("administer"), lazy: async () => ({ Component: (await import("./pages/api-keys.tsx")).ApiKeys }) },
          {
            path: "settings",
            ...needs("system"),
            lazy: async () => ({ Component: (await import("./pages/settings.tsx")).InstallationSettings }),
          },
          { path: "audit", ...needs("administer"), lazy: async () => ({ Component: (await import("./pages/audit.tsx")).Audit }) },
          { path: "*", element: <NotFound /> },
        ],
      },
      { path: "*", element: <NotFound /> },
    ],
  },
]);

/** Every address of the console. Pages are loaded when they are opened; those that not everybody may use stand in PAGE_DEEDS. */
import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { Crash } from "./shell/crash.tsx";
import { Entry } from "./shell/entry.tsx";
import { Frame } from "./shell/frame.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { PAGE_DEEDS } from "./shell/page-deeds.ts";

/** With what one must be allowed to do there; the frame asks it before it shows the page. */
const withDeeds = (route: RouteObject): RouteObject => {
  const deeds = PAGE_DEEDS[route.path ?? ""];
  return deeds === undefined || route.index === true ? route : { ...route, handle: { deeds } };
};

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
        children: (
          [
            { index: true, element: <Navigate to="overview" replace /> },
            { path: "overview", lazy: async () => ({ Component: (await import("./pages/overview.tsx")).Overview }) },
            { path: "canvas", lazy: async () => ({ Component: (await import("./pages/canvas.tsx")).Canvas }) },
            { path: "connections", lazy: async () => ({ Component: (await import("./pages/connections.tsx")).Connections }) },
            {
              path: "connections/new",
              lazy: async () => ({ Component: (await import("./pages/connection.tsx")).NewConnection }),
            },
            { path: "connections/:id", lazy: async () => ({ Component: (await import("./pages/connection.tsx")).Connection }) },
            { path: "flows", lazy: async () => ({ Component: (await import("./pages/flows.tsx")).Flows }) },
            { path: "flows/new", lazy: async () => ({ Component: (await import("./pages/new-flow.tsx")).NewFlow }) },
            { path: "flows/:flow", lazy: async () => ({ Component: (await import("./pages/flow.tsx")).Flow }) },
            { path: "flows/:flow/debug", lazy: async () => ({ Component: (await import("./pages/debug.tsx")).Debug }) },
            {
              path: "flows/:flow/compare",
              lazy: async () => ({ Component: (await import("./pages/compare.tsx")).Compare }),
            },
            { path: "templates", lazy: async () => ({ Component: (await import("./pages/templates.tsx")).Templates }) },
            { path: "apis", lazy: async () => ({ Component: (await import("./pages/apis.tsx")).Apis }) },
            { path: "apis/:connection/:api", lazy: async () => ({ Component: (await import("./pages/api.tsx")).Api }) },
            { path: "connectors", lazy: async () => ({ Component: (await import("./pages/connectors.tsx")).Connectors }) },
            {
              path: "connectors/new",
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
            { path: "tables/new", lazy: async () => ({ Component: (await import("./pages/table.tsx")).NewTable }) },
            { path: "tables/:table", lazy: async () => ({ Component: (await import("./pages/table.tsx")).TablePage }) },
            { path: "collections", lazy: async () => ({ Component: (await import("./pages/collections.tsx")).Collections }) },
            { path: "collections/:flow", lazy: async () => ({ Component: (await import("./pages/collection.tsx")).Collection }) },
            { path: "members", lazy: async () => ({ Component: (await import("./pages/members.tsx")).Members }) },
            { path: "api-keys", lazy: async () => ({ Component: (await import("./pages/api-keys.tsx")).ApiKeys }) },
            {
              path: "settings",
              lazy: async () => ({ Component: (await import("./pages/settings.tsx")).InstallationSettings }),
            },
            { path: "audit", lazy: async () => ({ Component: (await import("./pages/audit.tsx")).Audit }) },
            { path: "help", lazy: async () => ({ Component: (await import("./pages/help.tsx")).Help }) },
            { path: "*", element: <NotFound /> },
          ] satisfies readonly RouteObject[]
        ).map(withDeeds),
      },
      { path: "*", element: <NotFound /> },
    ],
  },
]);

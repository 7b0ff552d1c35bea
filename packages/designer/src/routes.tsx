/** Every address of the console. Pages are loaded when they are opened. */
import { createBrowserRouter, Navigate } from "react-router";
import { Crash } from "./shell/crash.tsx";
import { Entry } from "./shell/entry.tsx";
import { Frame } from "./shell/frame.tsx";
import { NotFound } from "./shell/not-found.tsx";

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
          { path: "*", element: <NotFound /> },
        ],
      },
      { path: "*", element: <NotFound /> },
    ],
  },
]);

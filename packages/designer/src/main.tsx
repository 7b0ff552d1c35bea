/** The console's beginning: providers around the routes. Each page is a chunk of its own. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router/dom";
import { Problem } from "./api/ask.ts";
import { LanguageProvider } from "./language/language.tsx";
import { atRest } from "./look/at-rest.ts";
import { giveBackFocus } from "./look/give-back-focus.ts";
import { LookProvider } from "./look/look.tsx";
import { reachScrollers } from "./look/reach-scrollers.ts";
import { narrowTabLists } from "./look/tab-lists.ts";
import { router } from "./routes.tsx";
import "./look/look.css";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // What the server refuses it refuses again; what was not reached is tried once more.
      retry: (count, error) => count < 2 && error instanceof Problem && error.body.status === 0,
    },
  },
});

const root = document.getElementById("root");
if (root === null) throw new Error("no root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LanguageProvider>
        <LookProvider>
          <RouterProvider router={router} />
        </LookProvider>
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
);
giveBackFocus(root);
atRest(root, (body) => {
  narrowTabLists(body);
  reachScrollers(body);
});

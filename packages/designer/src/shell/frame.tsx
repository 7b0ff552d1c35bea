/** The frame around every page of a workspace: menu, workspace, search for a bill, language, shade, who one is. */
import { Alert, Drawer, Grid, Layout, Spin } from "antd";
import { Suspense, useCallback, useEffect, useState } from "react";
import { Navigate, Outlet, useLocation, useMatches, useParams } from "react-router";
import { Problem } from "../api/ask.ts";
import type { Deed } from "../api/deeds.ts";
import { useMe } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { LAST_WORKSPACE } from "./entry.tsx";
import { MainMenu } from "./main-menu.tsx";
import { NotAllowed } from "./not-found.tsx";
import { PlaceProvider, usePlace } from "./place.tsx";
import { TopBar } from "./top-bar.tsx";

export function Frame() {
  const { workspace = "" } = useParams();
  const { pathname, search } = useLocation();
  const [, , , section = "overview"] = pathname.split("/");
  const { data: me, error, refetch } = useMe();
  const text = useTexts(shellTexts);
  const [isOpen, setOpen] = useState(false);
  const isWide = Grid.useBreakpoint().lg ?? true;
  const open = useCallback(() => setOpen(true), []);
  useEffect(() => setOpen(false), [pathname]);
  if (error instanceof Problem && error.body.status === 401)
    return <Navigate to={`/login?to=${encodeURIComponent(pathname + search)}`} replace />;
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (me === undefined) return <Spin fullscreen />;
  const member = me.workspaces.find(({ id }) => id === workspace);
  if (member === undefined) return <Navigate to="/" replace />;
  localStorage.setItem(LAST_WORKSPACE, workspace);
  return (
    <PlaceProvider member={member} me={me}>
      <a className="skip-link" href="#main">
        {text.skipToMain}
      </a>
      <Layout style={{ minHeight: "100%" }}>
        {isWide ? (
          <Layout.Sider width={200} style={{ position: "sticky", top: 0, height: "100vh", overflow: "auto" }}>
            <MainMenu section={section} />
          </Layout.Sider>
        ) : (
          <Drawer
            placement="left"
            size={220}
            open={isOpen}
            onClose={() => setOpen(false)}
            styles={{ body: { padding: 0 } }}
            title={text.product}
          >
            <MainMenu section={section} />
          </Drawer>
        )}
        <Layout>
          <TopBar onMenu={isWide ? null : open} />
          <Layout.Content id="main" role="main" tabIndex={-1} style={{ padding: isWide ? 20 : 12, outline: "none", minWidth: 0 }}>
            <Alert.ErrorBoundary>
              <Suspense fallback={<Spin />}>
                <Allowed />
              </Suspense>
            </Alert.ErrorBoundary>
          </Layout.Content>
        </Layout>
      </Layout>
    </PlaceProvider>
  );
}

/** The page, where the reader may do what its route declares. */
function Allowed() {
  const { may } = usePlace();
  const deeds = useMatches().flatMap(({ handle }) => (handle as { readonly deeds?: readonly Deed[] } | undefined)?.deeds ?? []);
  return may(...deeds) ? <Outlet /> : <NotAllowed />;
}

/** The root address: to the workspace of last time, or to the log-in. */
import { Result, Spin } from "antd";
import { Navigate } from "react-router";
import { Problem } from "../api/ask.ts";
import { useMe } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";
import { ProblemAlert } from "../parts/problem-alert.tsx";

export const LAST_WORKSPACE = "datong.workspace";

export function Entry() {
  const { data: me, error, refetch } = useMe();
  const text = useTexts(shellTexts);
  if (error instanceof Problem && error.body.status === 401) return <Navigate to="/login" replace />;
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (me === undefined) return <Spin fullscreen />;
  const last = localStorage.getItem(LAST_WORKSPACE);
  const workspace = me.workspaces.find(({ id }) => id === last) ?? me.workspaces[0];
  if (workspace === undefined) return <Result status="info" title={text.noWorkspace} subTitle={text.noWorkspaceTodo} />;
  return <Navigate to={`/w/${workspace.id}/overview`} replace />;
}

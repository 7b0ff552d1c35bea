/** A flow by its name, leading to it. */
import { Link } from "react-router";
import { useFlows } from "../../api/hooks.ts";
import { usePlace } from "../../shell/place.tsx";

export function FlowName({ flow }: { readonly flow: string }) {
  const { workspace, to } = usePlace();
  const name = (useFlows(workspace).data?.items ?? []).find(({ id }) => id === flow)?.name;
  return <Link to={to(`flows/${flow}`)}>{name ?? flow}</Link>;
}

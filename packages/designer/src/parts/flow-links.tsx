/** A few flows as links, by their names; of many the first ones. */
import { Space, Typography } from "antd";
import { Link } from "react-router";
import { useFlows } from "../api/hooks.ts";
import { usePlace } from "../shell/place.tsx";

const SHOWN = 4;

export function FlowLinks({ flows, none }: { readonly flows: readonly string[]; readonly none: string }) {
  const { workspace, to } = usePlace();
  const names = new Map((useFlows(workspace).data?.items ?? []).map(({ id, name }) => [id, name]));
  if (flows.length === 0) return <Typography.Text type="secondary">{none}</Typography.Text>;
  return (
    <Space size={[10, 2]} wrap>
      {flows.slice(0, SHOWN).map((id) => (
        <Link key={id} to={to(`flows/${id}`)}>
          {names.get(id) ?? id}
        </Link>
      ))}
      {flows.length > SHOWN ? `+${flows.length - SHOWN}` : null}
    </Space>
  );
}

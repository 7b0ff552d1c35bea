/** A flow by the name that people know it by, leading to it; by its id where it has no name. Of `flow:write-back`, the flow with a word. */
import { Space } from "antd";
import { Link } from "react-router";
import { useFlows } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";
import { usePlace } from "../shell/place.tsx";

export function FlowLink({ id }: { readonly id: string }) {
  const words = useTexts(wordTexts);
  const { workspace, to } = usePlace();
  const [flow = id, back] = id.split(":");
  const name = useFlows(workspace).data?.items.find((each) => each.id === flow)?.name ?? flow;
  return (
    <Link to={to(`flows/${flow}`)} title={id}>
      {back === undefined ? name : `${name} · ${words.writeBack}`}
    </Link>
  );
}

/** The first few, and how many more; what is said where there are none. */
export function FlowLinks({ ids, most = 2, none }: { readonly ids: readonly string[]; readonly most?: number; readonly none?: string }) {
  const words = useTexts(wordTexts);
  if (ids.length === 0) return <>{none ?? words.none}</>;
  return (
    <Space size={[8, 2]} wrap>
      {ids.slice(0, most).map((id) => (
        <FlowLink key={id} id={id} />
      ))}
      {ids.length > most ? <span title={ids.slice(most).join("\n")}>{`+${ids.length - most}`}</span> : null}
    </Space>
  );
}

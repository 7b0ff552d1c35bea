/** What to do where a list is empty because the workspace has no flow yet: make one, or fill in the demo. Nothing where there are flows. */
import { Button } from "antd";
import { Link } from "react-router";
import { useFlows } from "../api/hooks.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import { usePlace } from "../shell/place.tsx";
import { DemoOffer } from "./demo-offer.tsx";

export function FirstFlow() {
  const text = useTexts(flowTexts);
  const { workspace, to, may } = usePlace();
  const { data } = useFlows(workspace);
  if (data === undefined || data.items.length > 0 || !may("saveFlow")) return null;
  return (
    <>
      <Link to={to("flows/new")}>
        <Button type="primary">{text.make}</Button>
      </Link>
      <DemoOffer isCentred />
    </>
  );
}

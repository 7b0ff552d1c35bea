/** A new flow: from a template, which asks for two connections, from a copy, from a scheme of 轻易云, or from scratch in three steps. */
import { Alert, Button, Divider, Skeleton } from "antd";
import { lazy, Suspense, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useConnections, useFlows } from "../api/hooks.ts";
import { TemplateList } from "../flow/template-list.tsx";
import { connectionTexts } from "../language/connection-texts.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import { DemoOffer } from "../parts/demo-offer.tsx";
import { Page } from "../parts/page.tsx";
import { usePlace } from "../shell/place.tsx";
import { blank, drawn, type Beginning } from "../wizard/beginnings.ts";
import { StartCards } from "../wizard/start-cards.tsx";
import { Wizard } from "../wizard/wizard.tsx";

// A part of its own: most flows begin otherwise.
const QeasyImport = lazy(async () => ({ default: (await import("../wizard/qeasy-import.tsx")).QeasyImport }));

export function NewFlow() {
  const text = useTexts(flowTexts);
  const { workspace } = usePlace();
  const connections = useConnections(workspace).data;
  const flows = useFlows(workspace).data;
  if (connections === undefined || flows === undefined) return <Skeleton active />;
  return (
    <Page title={text.wizard}>
      <Beginnings hasConnections={connections.items.length > 0} taken={flows.items.map(({ id }) => id)} />
    </Page>
  );
}

function Beginnings({ hasConnections, taken }: { readonly hasConnections: boolean; readonly taken: readonly string[] }) {
  const text = useTexts(flowTexts);
  const connection = useTexts(connectionTexts);
  const { to } = usePlace();
  // A line drawn on the canvas says both sides.
  const [params, setParams] = useSearchParams();
  const [begin, setBegin] = useState<Beginning | null>(() => drawn(params.get("source"), params.get("target")));
  // What was taken before this flow was saved itself.
  const [others, setOthers] = useState(taken);
  const isImport = params.get("import") === "qeasy";
  if (isImport)
    return (
      <Suspense fallback={<Skeleton active />}>
        <QeasyImport onBack={() => setParams({}, { replace: true })} />
      </Suspense>
    );
  if (!hasConnections)
    return (
      <>
        <Alert
          type="info"
          showIcon
          style={{ marginBottom: 16 }}
          title={text.noConnections}
          action={
            <Link to={to("connections/new")}>
              <Button type="primary">{connection.make}</Button>
            </Link>
          }
        />
        <StartCards taken={taken} onCopied={setBegin} onImport={() => setParams({ import: "qeasy" })} />
        <DemoOffer />
        <Divider />
        {/* What there is, and which systems each asks for. */}
        <TemplateList taken={taken} onMade={() => undefined} />
      </>
    );
  if (begin !== null)
    return (
      <Wizard
        begin={begin}
        taken={others}
        onBack={() => {
          setOthers(taken);
          setBegin(null);
        }}
      />
    );
  return (
    <>
      <StartCards taken={others} onCopied={setBegin} onImport={() => setParams({ import: "qeasy" })} />
      <TemplateList
        taken={others}
        onBlank={() => setBegin(blank())}
        onMade={(view, name) => {
          const typed = /^name:/m.test(view.text) ? view.text : view.text.replace(/^id:.*$/m, (line) => `${line}\nname: ${name}`);
          setBegin({ id: view.id, text: view.text, typed, revision: view.revision, issues: view.issues });
        }}
      />
    </>
  );
}

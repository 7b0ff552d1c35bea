/** One connection, or a new one: the system is chosen, the form comes from its connector, saving tests at once. */
import { useParams, useSearchParams } from "react-router";
import { Col, Row, Skeleton } from "antd";
import type { ConnectionView } from "../api/answers.ts";
import { useAnswer, useConnector } from "../api/hooks.ts";
import { connectionTexts } from "../language/connection-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";
import { ChooseSystem } from "./connection/choose-system.tsx";
import { ConnectionForm } from "./connection/connection-form.tsx";
import { ConnectionUse, VendorDocs } from "./connection/use.tsx";

export function NewConnection() {
  const [params] = useSearchParams();
  const system = params.get("system");
  return system === null ? <ChooseSystem /> : <Opened system={system} view={null} />;
}

export function Connection() {
  const { id = "" } = useParams();
  const text = useTexts(connectionTexts);
  const { workspace } = usePlace();
  const { data, error, refetch } = useAnswer<ConnectionView>(workspace, `connections/${id}`);
  if (error !== null)
    return (
      <Page title={text.title}>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      </Page>
    );
  return data === undefined ? <Skeleton active /> : <Opened key={data.revision} system={data.document.system} view={data} />;
}

function Opened({ system, view }: { readonly system: string; readonly view: ConnectionView | null }) {
  const text = useTexts(connectionTexts);
  const { pick } = useLanguage();
  const { workspace } = usePlace();
  const { data: connector, error, refetch } = useConnector(workspace, system);
  if (error !== null)
    return (
      <Page title={text.title}>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (connector === undefined) return <Skeleton active />;
  return (
    <Page
      title={view === null ? text.newOf(pick(connector.name)) : (view.document.name ?? view.id)}
      about={view === null ? undefined : pick(connector.name)}
    >
      <Row gutter={[16, 16]}>
        <Col xs={24} xl={12}>
          <ConnectionForm connector={connector} view={view} />
        </Col>
        <Col xs={24} xl={12}>
          {view === null ? <VendorDocs connector={connector} /> : <ConnectionUse connector={connector} view={view} />}
        </Col>
      </Row>
    </Page>
  );
}

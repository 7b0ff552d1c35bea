/** One private connector: form and source over the same document, what was inferred to confirm, saved when it is in order. */
import { Alert, Button, Card, Flex, Skeleton, Space, Tabs, Tag } from "antd";
import { lazy, Suspense, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import type { FlowIssue } from "../api/ask.ts";
import { useAnswer } from "../api/hooks.ts";
import { assetTexts } from "../language/asset-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { useUnsavedGuard } from "../parts/unsaved-guard.ts";
import { usePlace } from "../shell/place.tsx";
import { AdditionPage, firstAddition, type AdditionDocument, type ApiUse } from "./connectors/addition.tsx";
import { ConnectorForm } from "./connectors/form.tsx";
import { RemoveConnector, Users } from "./connectors/remove.tsx";
import { useSaveConnector } from "./connectors/save.ts";
import { Told } from "./connectors/told.tsx";
import { BLANK, forgetMade, keptMade, parsed, type ConnectorDocument, type MadeConnector } from "./connectors/made.ts";

const SourceView = lazy(async () => ({ default: (await import("../flow/source-view.tsx")).SourceView }));

interface Kept {
  readonly id: string;
  readonly revision: number;
  readonly document: ConnectorDocument | AdditionDocument;
  readonly connections: readonly string[];
  readonly uses: readonly ApiUse[];
}

export function NewConnector() {
  const [params] = useSearchParams();
  const system = params.get("extends");
  return system === null ? <NewMade /> : <NewAddition system={system} />;
}

function NewAddition({ system }: { readonly system: string }) {
  const text = useTexts(assetTexts);
  const { workspace } = usePlace();
  const { data, error, refetch } = useAnswer<ConnectorDocument>(workspace, `connectors/${system}`);
  if (error !== null)
    return (
      <Page title={text.connectors}>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (data === undefined) return <Skeleton active />;
  return <AdditionPage key={system} document={firstAddition(data)} revision={0} uses={[]} />;
}

function NewMade() {
  // Come by its address, with nothing imported: it begins blank.
  const [made] = useState(() => keptMade() ?? { connector: BLANK, guesses: [], leftOut: [] });
  return <Editor made={made} revision={0} connections={[]} uses={[]} />;
}

export function ConnectorPage() {
  const text = useTexts(assetTexts);
  const { workspace } = usePlace();
  const { connector = "" } = useParams();
  const { data, error, refetch } = useAnswer<Kept>(workspace, `connectors/${connector}/document`);
  if (error !== null)
    return (
      <Page title={text.connectors}>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (data === undefined) return <Skeleton active />;
  const { document } = data;
  if ("extends" in document) return <AdditionPage key={data.revision} document={document} revision={data.revision} uses={data.uses} />;
  return (
    <Editor
      key={data.revision}
      made={{ connector: document, guesses: [], leftOut: [] }}
      revision={data.revision}
      connections={data.connections}
      uses={data.uses}
    />
  );
}

interface EditorProps {
  readonly made: MadeConnector;
  readonly revision: number;
  readonly connections: readonly string[];
  readonly uses: readonly ApiUse[];
}

function Editor({ made, revision, connections, uses }: EditorProps) {
  const text = useTexts(assetTexts);
  const { pick } = useLanguage();
  const { to, may } = usePlace();
  const navigate = useNavigate();
  const [source, setSource] = useState(() => JSON.stringify(made.connector, null, 2));
  const [issues, setIssues] = useState<readonly FlowIssue[]>(made.issues ?? []);
  const [kept, setKept] = useState(() => (made.guesses.length > 0 ? "" : source));
  useUnsavedGuard(source !== kept);
  const document = parsed<ConnectorDocument>(source);
  const isReadOnly = !may("saveConnector");
  const save = useSaveConnector(revision, {
    onFlaws: setIssues,
    onSaved: (id) => {
      forgetMade();
      setKept(source);
      if (revision === 0) void navigate(to(`connectors/${id}`), { replace: true, state: { isSaved: true } });
    },
  });
  return (
    <Page
      title={text.edit(document === null ? made.connector.system : pick(document.name))}
      name={made.connector.system}
      about={revision === 0 ? <Tag color="gold">{text.isNew}</Tag> : text.revision(revision)}
      actions={
        <Space>
          {revision === 0 ? null : (
            <Link
              to={
                connections[0] === undefined
                  ? to(`connections/new?system=${made.connector.system}`)
                  : to(`apis?connection=${connections[0]}&all=1`)
              }
            >
              <Button>{text.toConnect}</Button>
            </Link>
          )}
          {revision === 0 ? null : <RemoveConnector id={made.connector.system} name={pick(made.connector.name)} />}
          {isReadOnly ? null : (
            <Button
              type="primary"
              disabled={document === null}
              onClick={() => void (document === null ? null : save(document.system, document))}
            >
              {text.save}
            </Button>
          )}
        </Space>
      }
    >
      <Flex vertical gap={12}>
        {document === null ? <Alert type="error" showIcon title={text.notJson} /> : null}
        {issues.length === 0 ? null : (
          <Told
            type="error"
            title={text.flaws(issues.length)}
            lines={issues.map((issue) => ({ path: issue.path, told: pick({ zh: issue.zh, en: issue.en }) }))}
          />
        )}
        {revision === 0 ? null : <Users connections={connections} flows={uses.map(({ flow }) => flow)} />}
        {made.guesses.length === 0 ? null : (
          <Told
            type="warning"
            title={text.guesses(made.guesses.length)}
            about={text.guessesTold}
            lines={made.guesses.map((guess) => ({ path: guess.path, told: pick(guess) }))}
          />
        )}
        {made.leftOut.length === 0 ? null : (
          <Told
            type="info"
            title={text.leftOut(made.leftOut.length)}
            lines={made.leftOut.map((each) => ({ path: each.operation, told: pick(each) }))}
          />
        )}
        <Card size="small">
          <Tabs
            items={[
              {
                key: "form",
                label: text.form,
                disabled: document === null,
                children:
                  document === null ? null : (
                    <ConnectorForm
                      document={document}
                      isNew={revision === 0}
                      isReadOnly={isReadOnly}
                      onChange={(next) => setSource(JSON.stringify(next, null, 2))}
                    />
                  ),
              },
              {
                key: "source",
                label: text.source,
                children: (
                  <Suspense fallback={<Skeleton active />}>
                    <SourceView text={source} onType={setSource} issues={[]} isReadOnly={isReadOnly} line={null} label={text.source} />
                  </Suspense>
                ),
              },
            ]}
          />
        </Card>
      </Flex>
    </Page>
  );
}

/** One private connector: form and source over the same document, what was inferred to confirm, saved when it is in order. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Flex, Skeleton, Space, Tabs, Tag, Typography } from "antd";
import { lazy, Suspense, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { ask, Problem, workspacePath, type FlowIssue } from "../api/ask.ts";
import { useAnswer } from "../api/hooks.ts";
import { assetTexts } from "../language/asset-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { useUnsavedGuard } from "../parts/unsaved-guard.ts";
import { usePlace } from "../shell/place.tsx";
import { AdditionPage, type AdditionDocument, type ApiUse } from "./connectors/addition.tsx";
import { ConnectorForm } from "./connectors/form.tsx";
import { BLANK, forgetMade, keptMade, type ConnectorDocument, type MadeConnector } from "./connectors/made.ts";

const SourceView = lazy(async () => ({ default: (await import("../flow/source-view.tsx")).SourceView }));

interface Kept {
  readonly id: string;
  readonly revision: number;
  readonly document: ConnectorDocument | AdditionDocument;
  readonly connections: readonly string[];
  readonly uses: readonly ApiUse[];
}

export function NewConnector() {
  // Come by its address, with nothing imported: it begins blank.
  const [made] = useState(() => keptMade() ?? { connector: BLANK, guesses: [], leftOut: [] });
  return <Editor made={made} revision={0} connections={[]} />;
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
  if ("extends" in document) return <AdditionPage document={document} revision={data.revision} uses={data.uses} />;
  return (
    <Editor
      key={data.revision}
      made={{ connector: document, guesses: [], leftOut: [] }}
      revision={data.revision}
      connections={data.connections}
    />
  );
}

interface EditorProps {
  readonly made: MadeConnector;
  readonly revision: number;
  readonly connections: readonly string[];
}

function Editor({ made, revision, connections }: EditorProps) {
  const text = useTexts(assetTexts);
  const { pick } = useLanguage();
  const { workspace, to, may } = usePlace();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const line = useProblemLine();
  const [source, setSource] = useState(() => JSON.stringify(made.connector, null, 2));
  const [issues, setIssues] = useState<readonly FlowIssue[]>(made.issues ?? []);
  const [kept, setKept] = useState(() => (made.guesses.length > 0 ? "" : source));
  useUnsavedGuard(source !== kept);
  const document = parsed(source);
  const isReadOnly = !may("saveConnector");
  const save = async (confirm: boolean): Promise<void> => {
    if (document === null) return;
    try {
      const body = { revision, document, ...(confirm ? { confirm } : {}) };
      await ask("PUT", workspacePath(workspace, `connectors/${document.system}`), { body });
      forgetMade();
      setIssues([]);
      setKept(source);
      void message.success(text.saved);
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      if (revision === 0) void navigate(to(`connectors/${document.system}`), { replace: true, state: { isSaved: true } });
    } catch (error) {
      if (error instanceof Problem && error.body.code === "CONNECTOR_NOT_IN_ORDER") setIssues(error.body.issues ?? []);
      else if (error instanceof Problem && error.body.code === "OBJECT_IN_USE" && !confirm)
        modal.confirm({ title: text.dropAsk, content: line(error), onOk: () => save(true) });
      else void message.error(line(error));
    }
  };
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
          {isReadOnly ? null : (
            <Button type="primary" disabled={document === null} onClick={() => void save(false)}>
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

interface ToldProps {
  readonly type: "error" | "warning" | "info";
  readonly title: string;
  readonly about?: string;
  readonly lines: readonly { readonly path: string; readonly told: string }[];
}

function Told({ type, title, about, lines }: ToldProps) {
  return (
    <Alert
      type={type}
      showIcon
      title={title}
      description={
        <>
          {about}
          <ul tabIndex={0} aria-label={title} style={{ margin: "4px 0 0", paddingInlineStart: 20, maxHeight: 180, overflow: "auto" }}>
            {lines.map(({ path, told }, i) => (
              <li key={i}>
                <Typography.Text className="mono">{path}</Typography.Text> {told}
              </li>
            ))}
          </ul>
        </>
      }
    />
  );
}

function parsed(source: string): ConnectorDocument | null {
  try {
    const value = JSON.parse(source) as ConnectorDocument;
    return typeof value === "object" && value !== null && Array.isArray(value.apis) ? value : null;
  } catch {
    return null;
  }
}

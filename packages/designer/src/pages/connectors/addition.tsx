/** Private APIs of a built-in system: which, who uses them, and their document to edit. */
import { Alert, Button, Card, Flex, Skeleton, Space, Tag, type TableColumnsType } from "antd";
import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import type { Api } from "../../api/answers.ts";
import type { FlowIssue } from "../../api/ask.ts";
import { assetTexts } from "../../language/asset-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { FlowLinks } from "../../parts/flow-link.tsx";
import { Page } from "../../parts/page.tsx";
import { Rows } from "../../parts/rows.tsx";
import { useUnsavedGuard } from "../../parts/unsaved-guard.ts";
import { usePlace } from "../../shell/place.tsx";
import { parsed, type ConnectorDocument } from "./made.ts";
import { RemoveConnector } from "./remove.tsx";
import { useSaveConnector } from "./save.ts";
import { Told } from "./told.tsx";

const SourceView = lazy(async () => ({ default: (await import("../../flow/source-view.tsx")).SourceView }));

export interface AdditionDocument {
  readonly extends: string;
  readonly apis: readonly Api[];
}

export interface ApiUse {
  readonly api: string;
  readonly flow: string;
}

interface AdditionPageProps {
  readonly document: AdditionDocument;
  /** 0: not saved yet. */
  readonly revision: number;
  readonly uses: readonly ApiUse[];
}

/** What one begins with: an API of the system's own, which says by example how its requests and answers are written, under another code. */
export function firstAddition({ system, apis }: ConnectorDocument): AdditionDocument {
  const model = apis.find(({ direction }) => direction === "query") ?? apis[0];
  return { extends: system, apis: model === undefined ? [] : [{ ...model, code: `own.${model.code}` } as unknown as Api] };
}

export function AdditionPage({ document, revision, uses }: AdditionPageProps) {
  const text = useTexts(assetTexts);
  const { pick } = useLanguage();
  const { to, may } = usePlace();
  const navigate = useNavigate();
  const { extends: system } = document;
  const [source, setSource] = useState(() => JSON.stringify(document, null, 2));
  const [kept, setKept] = useState(source);
  const [issues, setIssues] = useState<readonly FlowIssue[]>([]);
  useUnsavedGuard(source !== kept);
  const typed = parsed<AdditionDocument>(source);
  const isReadOnly = !may("saveConnector");
  const save = useSaveConnector(revision, {
    onFlaws: setIssues,
    onSaved: () => {
      setKept(source);
      if (revision === 0) void navigate(to(`connectors/${system}`), { replace: true, state: { isSaved: true } });
    },
  });
  const columns: TableColumnsType<Api> = [
    {
      title: text.api,
      render: (_, { code, name }) => (
        <Flex vertical>
          {pick(name)}
          <span className="mono">{code}</span>
        </Flex>
      ),
    },
    { title: text.direction, render: (_, { direction }) => <Tag>{text[direction]}</Tag> },
    {
      title: text.flows,
      render: (_, { code }) => <FlowLinks ids={[...new Set(uses.filter(({ api }) => api === code).map(({ flow }) => flow))]} most={3} />,
    },
  ];
  return (
    <Page
      title={text.addition(system)}
      about={`${text.additionAbout} ${revision === 0 ? "" : text.revision(revision)}`}
      actions={
        <Space>
          {revision === 0 ? null : <RemoveConnector id={system} name={text.addition(system)} />}
          {isReadOnly ? null : (
            <Button type="primary" disabled={typed === null} onClick={() => void (typed === null ? null : save(system, typed))}>
              {text.save}
            </Button>
          )}
        </Space>
      }
    >
      <Flex vertical gap={12}>
        {typed === null ? <Alert type="error" showIcon title={text.notJson} /> : null}
        {issues.length === 0 ? null : (
          <Told
            type="error"
            title={text.flaws(issues.length)}
            lines={issues.map((issue) => ({ path: issue.path, told: pick({ zh: issue.zh, en: issue.en }) }))}
          />
        )}
        {revision === 0 ? null : <Rows rowKey="code" rows={document.apis} columns={columns} isPending={false} none={text.none} />}
        <Card size="small" title={text.source}>
          <Suspense fallback={<Skeleton active />}>
            <SourceView text={source} onType={setSource} issues={[]} isReadOnly={isReadOnly} line={null} label={text.source} />
          </Suspense>
        </Card>
      </Flex>
    </Page>
  );
}

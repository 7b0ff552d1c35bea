/** Private APIs of a built-in system, as the workspace keeps them: which, and who uses them. They are changed through the API or a flow's file. */
import { Flex, Tag, type TableColumnsType } from "antd";
import type { Api } from "../../api/answers.ts";
import { assetTexts } from "../../language/asset-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { FlowLinks } from "../../parts/flow-link.tsx";
import { Page } from "../../parts/page.tsx";
import { Rows } from "../../parts/rows.tsx";

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
  readonly revision: number;
  readonly uses: readonly ApiUse[];
}

export function AdditionPage({ document, revision, uses }: AdditionPageProps) {
  const text = useTexts(assetTexts);
  const { pick } = useLanguage();
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
    <Page title={text.addition(document.extends)} about={`${text.additionAbout} ${text.revision(revision)}`}>
      <Rows rowKey="code" rows={document.apis} columns={columns} isPending={false} none={text.none} />
    </Page>
  );
}

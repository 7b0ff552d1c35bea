/** Reconciliation (对账) and completeness of one flow: past reports and a new one; the days that were read to their end, with gaps to fill in. */
import { Button, Empty, Flex, Select, Tabs } from "antd";
import { Link, useSearchParams } from "react-router";
import { useFlows } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { DemoOffer } from "../parts/demo-offer.tsx";
import { reconcileTexts } from "../language/reconcile-texts.ts";
import "../look/reconcile.css";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";
import { CoverageView } from "./reconcile/coverage.tsx";
import { Reports } from "./reconcile/reports.tsx";

export function Reconcile() {
  const text = useTexts(reconcileTexts);
  const { workspace, to, may } = usePlace();
  const [params, setParams] = useSearchParams();
  const { data, error, refetch } = useFlows(workspace);
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  const flows = data.items.filter((flow) => flow.publishedRevision !== null);
  const asked = params.get("flow");
  const flow = flows.some(({ id }) => id === asked) ? asked : (flows[0]?.id ?? null);
  const set = (changes: Readonly<Record<string, string | null>>): void =>
    setParams((now) => {
      const next = new URLSearchParams(now);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) next.delete(name);
        else next.set(name, value);
      }
      return next;
    });
  if (flow === null)
    return (
      <Page title={text.title} about={text.about}>
        <Empty
          description={
            <>
              {text.noFlows}
              <br />
              {text.noFlowsTodo}
            </>
          }
        >
          {may("saveFlow") ? (
            <Link to={to("flows/new")}>
              <Button type="primary">{text.makeFlow}</Button>
            </Link>
          ) : null}
          <DemoOffer isCentred />
        </Empty>
      </Page>
    );
  return (
    <Page
      title={text.title}
      about={text.about}
      actions={
        <Flex align="center" gap={8} style={{ maxWidth: "100%" }}>
          <label htmlFor="reconcile-flow">{text.flow}</label>
          <Select
            id="reconcile-flow"
            value={flow}
            showSearch={{ optionFilterProp: "label" }}
            style={{ width: 420, minWidth: 0, flexShrink: 1 }}
            options={flows.map(({ id, name }) => ({ value: id, label: name ?? id }))}
            onChange={(id: string) => set({ flow: id, report: null, before: null })}
          />
        </Flex>
      }
    >
      <Tabs
        activeKey={params.get("view") ?? "reports"}
        onChange={(view) => set({ view, flow })}
        items={[
          { key: "reports", label: text.reports, children: <Reports key={flow} flow={flow} chosen={params.get("report")} set={set} /> },
          {
            key: "coverage",
            label: text.coverage,
            children: <CoverageView key={flow} flow={flow} before={params.get("before")} set={set} />,
          },
        ]}
        destroyOnHidden
      />
    </Page>
  );
}

/** Changes of the address; null takes one away. */
export type SetAddress = (changes: Readonly<Record<string, string | null>>) => void;

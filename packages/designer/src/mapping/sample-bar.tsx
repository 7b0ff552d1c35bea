/** The sample that results are shown over: fetched by a button, since reading costs calls at the source. New columns are offered. */
import { Alert, Button, Flex, Input, Typography } from "antd";
import { useState } from "react";
import type { Edit, LooseFlow } from "../flow/draft.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { mappingTexts } from "../language/mapping-texts.ts";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { useTrialError, useTrialOf, type Sample, type TrialStore } from "./trial.ts";

interface SampleBarProps {
  readonly source: LooseFlow["source"];
  readonly sample: Sample | null;
  readonly fetchSample: (number: string) => Promise<Sample>;
  /** Columns that the flow adds already. */
  readonly columns: Readonly<Record<string, string>>;
  readonly edit: (edit: Edit) => void;
  readonly store: TrialStore;
  /** What the flow writes to; where nothing is tried, it is not asked for. */
  readonly target?: LooseFlow["target"] | undefined;
}

export function SampleBar({ source, sample, fetchSample, columns, edit, store, ...props }: SampleBarProps) {
  const text = useTexts(mappingTexts);
  const [number, setNumber] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const failed = useTrialError(store);
  const isReady = (source?.connection ?? "") !== "" && (source?.api ?? "") !== "";
  const get = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await fetchSample(number);
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  const fresh = (sample?.newColumns ?? []).filter(({ path }) => columns[path] === undefined && !path.includes("."));
  return (
    <div style={{ marginBottom: 12 }}>
      <Flex gap={8} wrap align="center">
        <Input
          aria-label={text.sampleNumber}
          placeholder={text.sampleNumber}
          value={number}
          onChange={({ target }) => setNumber(target.value)}
          onPressEnter={() => void get()}
          style={{ width: 190 }}
          allowClear
        />
        <Button
          type={sample === null ? "primary" : "default"}
          ghost={sample === null}
          disabled={!isReady}
          loading={isBusy}
          onClick={() => void get()}
        >
          {sample === null ? text.sample : text.resample}
        </Button>
        <Typography.Text type="secondary">
          {sample === null
            ? text.sampleHint
            : sample.records.length === 0
              ? text.sampleNone
              : text.sampleOf(
                  sample.records.length,
                  sample.records.reduce((sum, { rows }) => sum + rows.length, 0),
                )}
        </Typography.Text>
        {fresh.length === 0 ? null : (
          <Button
            size="small"
            title={fresh.map(({ path, type, sample: value }) => `${path} (${type}) ${value}`).join("\n")}
            onClick={() =>
              edit({ kind: "many", edits: fresh.map(({ path }) => ({ kind: "set", path: ["source", "columns", path], value: path })) })
            }
          >
            {text.newColumns(fresh.length)} · {text.addColumns}
          </Button>
        )}
      </Flex>
      {error === null ? null : <ProblemAlert error={error} />}
      {failed === null ? null : <ProblemAlert error={failed} />}
      {sample === null || !("target" in props) ? null : <Stopped store={store} target={props.target} />}
    </div>
  );
}

/** Why no result shows: what is not chosen yet, or what the server says of it. */
function Stopped({ store, target }: { readonly store: TrialStore; readonly target: LooseFlow["target"] | undefined }) {
  const text = useTexts(mappingTexts);
  const { pick } = useLanguage();
  const stopped = useTrialOf(store)?.stopped ?? null;
  const lacking = (target?.connection ?? "") === "" ? text.lacksConnection : (target?.api ?? "") === "" ? text.lacksApi : null;
  if (lacking !== null) return <Alert type="info" showIcon title={lacking} style={{ marginTop: 8 }} />;
  if (stopped === null) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={text.stopped(pick(stopped))}
      description={
        <>
          {pick({ zh: stopped.todoZh, en: stopped.todoEn })} <Typography.Text type="secondary">{stopped.code}</Typography.Text>
        </>
      }
      style={{ marginTop: 8 }}
    />
  );
}

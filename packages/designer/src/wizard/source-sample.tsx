/** Real rows of the source beside its parameters: columns with their types, those that are not declared offered, bills that the condition drops told. */
import { Card, Tag, Typography } from "antd";
import type { Api } from "../api/answers.ts";
import type { Edit, LooseFlow } from "../flow/draft.ts";
import { captionOf, flatFields, sourceFields, type SourceField } from "../flow/fields.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { mappingTexts } from "../language/mapping-texts.ts";
import { wizardTexts } from "../language/wizard-texts.ts";
import "../mapping/map.css";
import { SampleBar } from "../mapping/sample-bar.tsx";
import { valueText } from "../mapping/source-values.ts";
import { TrialStore, useSample } from "../mapping/trial.ts";
import { usePlace } from "../shell/place.tsx";

const ROWS_MAX = 30;
const NO_TRIALS = new TrialStore();

interface SourceSampleProps {
  readonly flow: LooseFlow;
  readonly from: Api | undefined;
  readonly edit: (edit: Edit) => void;
}

export function SourceSample({ flow, from, edit }: SourceSampleProps) {
  const text = useTexts(wizardTexts);
  const mapping = useTexts(mappingTexts);
  const { language } = useLanguage();
  const { workspace } = usePlace();
  const { sample, fetchSample } = useSample(workspace, flow.source);
  const declared = new Map(flatFields(sourceFields(from, { source: flow.source } as LooseFlow)).map((field) => [field.path, field]));
  const fresh = new Map((sample?.newColumns ?? []).map((column) => [column.path, column]));
  const rows = (sample?.records ?? [])
    .flatMap(({ rows: own, dropped, key }) => own.map((row, index) => ({ key: `${key} ${index}`, row, dropped })))
    .slice(0, ROWS_MAX);
  const names = [...new Set(rows.flatMap(({ row }) => Object.keys(row)))];
  const hasDropped = rows.some(({ dropped }) => dropped !== null);
  return (
    <Card size="small" title={text.sampleTitle} style={{ marginBottom: 12 }}>
      <SampleBar
        source={flow.source}
        sample={sample}
        fetchSample={fetchSample}
        columns={flow.source?.columns ?? {}}
        edit={edit}
        store={NO_TRIALS}
      />
      {rows.length === 0 ? null : (
        <div className="map-rows" tabIndex={0} role="group" aria-label={text.sampleTitle}>
          <table>
            <thead>
              <tr>
                {hasDropped ? <th scope="col">{mapping.condition}</th> : null}
                {names.map((name) => (
                  <th key={name} scope="col">
                    {captionBeside(declared.get(name), name, language)} <span className="mono">{name}</span>
                    <br />
                    <Typography.Text type="secondary" style={{ fontWeight: "normal", fontSize: 12 }}>
                      {declared.get(name)?.type ?? fresh.get(name)?.type ?? "string"}
                      {fresh.has(name) ? ` · ${mapping.undeclared}` : ""}
                    </Typography.Text>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, row, dropped }) => (
                <tr key={key}>
                  {hasDropped ? <td>{dropped === null ? "" : <Tag color="gold">{mapping.dropped(dropped)}</Tag>}</td> : null}
                  {names.map((name) => (
                    <td key={name} className="mono" title={valueText(row[name])}>
                      {valueText(row[name])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function captionBeside(field: SourceField | undefined, name: string, language: string): string {
  const caption = captionOf(field ?? {}, language);
  return caption === name ? "" : caption;
}

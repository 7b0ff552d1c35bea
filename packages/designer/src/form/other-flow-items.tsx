/** What another flow has stored, as this one's source: its bills themselves (分发), or the API asked once for each of them (逐条取数). */
import type { Api } from "../api/answers.ts";
import { useFlows } from "../api/hooks.ts";
import type { Edit, FormEdit, LooseFlow } from "../flow/draft.ts";
import { fieldOptions } from "../flow/fields.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { ruleTexts } from "../language/rule-texts.ts";
import { usePlace } from "../shell/place.tsx";
import { ChoiceItem, RowsItem } from "./items.tsx";

interface OtherFlowProps {
  readonly flow: LooseFlow;
  readonly from: Api | undefined;
  readonly edit: (edit: Edit) => void;
}

export function OtherFlowItems({ flow, from, edit }: OtherFlowProps) {
  const text = useTexts(ruleTexts);
  const { workspace } = usePlace();
  const { language } = useLanguage();
  const each = flow.source?.each;
  const others = (useFlows(workspace).data?.items ?? []).filter(({ id }) => id !== flow.id);
  const flows = others.map(({ id, name }) => ({ value: id, label: `${name ?? ""} ${id}`.trim() }));
  /** Which fields there are is told by that flow's own API. */
  const share = (made: Edit): void => {
    const source = made.kind === "set" ? others.find(({ id }) => id === made.value)?.source : null;
    if (made.kind !== "set" || source === null || source === undefined) return edit(made);
    const edits: FormEdit[] = [
      made,
      { kind: "set", path: ["source", "connection"], value: source.connection },
      { kind: "set", path: ["source", "api"], value: source.api },
    ];
    // Nothing is asked: these would have no effect.
    const idle = ["params", "columns", "pageSize", "watermark", "each"] as const;
    edit({ kind: "many", edits: [...edits, ...idle.map((name): FormEdit => ({ kind: "set", path: ["source", name], value: undefined }))] });
  };
  return (
    <>
      <ChoiceItem
        at={["source", "flow"]}
        label={text.shared}
        help={text.sharedHint}
        value={flow.source?.flow}
        options={flows}
        edit={share}
      />
      <ChoiceItem
        at={["source", "each", "flow"]}
        whole={["source", "each"]}
        label={text.each}
        help={text.eachHint}
        value={each?.flow}
        options={flows}
        // Without parameters the document would not be whole.
        edit={(made) =>
          edit(
            made.kind === "set" && made.value !== undefined && each === undefined
              ? { kind: "set", path: ["source", "each"], value: { flow: made.value, params: {} } }
              : made,
          )
        }
      />
      {each === undefined ? null : (
        <RowsItem
          at={["source", "each", "params"]}
          label={text.eachParams}
          rows={Object.entries(each.params ?? {}).map(([name, value]) => ({ name, value: value ?? "" }))}
          columns={[
            {
              key: "name",
              label: text.param,
              options: fieldOptions(
                (from?.request ?? []).map((field) => ({ ...field, path: field.field })),
                language,
              ),
            },
            { key: "value", label: text.value },
          ]}
          onChange={(rows) =>
            edit({
              kind: "set",
              path: ["source", "each", "params"],
              value: Object.fromEntries(rows.map((row) => [row["name"] ?? "", row["value"] ?? ""])),
            })
          }
        />
      )}
    </>
  );
}

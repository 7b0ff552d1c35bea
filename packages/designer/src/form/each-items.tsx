/** Fan-out: the source's API is asked once for each stored bill of another flow. */
import type { Api } from "../api/answers.ts";
import { useFlows } from "../api/hooks.ts";
import type { Edit, LooseFlow } from "../flow/draft.ts";
import { fieldOptions } from "../flow/fields.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { ruleTexts } from "../language/rule-texts.ts";
import { usePlace } from "../shell/place.tsx";
import { ChoiceItem, RowsItem } from "./items.tsx";

interface EachItemsProps {
  readonly flow: LooseFlow;
  readonly from: Api | undefined;
  readonly edit: (edit: Edit) => void;
}

export function EachItems({ flow, from, edit }: EachItemsProps) {
  const text = useTexts(ruleTexts);
  const { workspace } = usePlace();
  const { language } = useLanguage();
  const each = flow.source?.each;
  const flows = (useFlows(workspace).data?.items ?? [])
    .filter(({ id }) => id !== flow.id)
    .map(({ id, name }) => ({ value: id, label: `${name ?? ""} ${id}`.trim() }));
  return (
    <>
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

/** The form of one restructuring step, made from what it is asked for. */
import type { Condition, RestructureStep, Total } from "@datong/core";
import type { Edit, Path } from "../flow/draft.ts";
import { formTexts } from "../language/form-texts.ts";
import { useTexts } from "../language/language.tsx";
import { ConditionEditor } from "./condition-editor.tsx";
import { ChoiceItem, Item, Items, ListItem, NumberItem, optionsOf, RowsItem, SwitchItem, TextItem, type Option } from "./items.tsx";
import { STEP_ITEMS, type StepItem } from "./step-shapes.ts";

interface StepFormProps {
  readonly at: Path;
  readonly step: RestructureStep;
  /** Fields that there are before the step. */
  readonly fields: readonly Option[];
  readonly lists: readonly string[];
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

const WIDE = new Set(["totals", "calculate", "pairs", "rows", "condition"]);

export function StepForm(props: StepFormProps) {
  const items = STEP_ITEMS[props.step.kind] ?? [];
  return (
    <>
      <Items>
        {items
          .filter(({ kind }) => !WIDE.has(kind))
          .map((item) => (
            <StepItemForm key={item.key} item={item} {...props} />
          ))}
      </Items>
      {items
        .filter(({ kind }) => WIDE.has(kind))
        .map((item) => (
          <StepItemForm key={item.key} item={item} {...props} />
        ))}
    </>
  );
}

function StepItemForm({ item, at, step, fields, lists, edit, isReadOnly }: StepFormProps & { readonly item: StepItem }) {
  const text = useTexts(formTexts);
  const value: unknown = Reflect.get(step, item.key);
  const shared = { at: [...at, item.key], label: text.keys[item.key] ?? item.key, edit };
  const asText = typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  switch (item.kind) {
    case "text":
      return <TextItem {...shared} value={asText} />;
    case "field":
      return <TextItem {...shared} value={asText} options={fields} />;
    case "lines":
      return <TextItem {...shared} value={asText} options={lists.map((list) => ({ value: list, label: list }))} />;
    case "number":
      return <NumberItem {...shared} value={typeof value === "number" ? value : undefined} />;
    case "fields":
      return <ListItem {...shared} value={namesIn(value)} options={fields} />;
    case "switch":
      return <SwitchItem {...shared} value={value === item.on} on={item.on} />;
    case "choice":
      return <ChoiceItem {...shared} value={asText} options={optionsOf(text[item.choices])} />;
    case "weight":
      return (
        <TextItem
          {...shared}
          value={asText}
          options={fields}
          // Null says "equally"; the key itself must be there.
          edit={(made) => edit(made.kind === "set" && made.value === undefined ? { ...made, value: null } : made)}
        />
      );
    case "condition":
      return (
        <Item {...shared}>
          <ConditionEditor at={shared.at} condition={value as Condition | undefined} fields={fields} edit={edit} isReadOnly={isReadOnly} />
        </Item>
      );
    default:
      return <TableItem item={item} {...shared} value={value} fields={fields} />;
  }
}

/** Keys of a merge may be objects; those are shown by their field. */
function namesIn(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.map((each: unknown) => (typeof each === "string" ? each : String(Reflect.get(Object(each), "field"))));
}

interface TableItemProps {
  readonly item: StepItem;
  readonly at: Path;
  readonly label: string;
  readonly edit: (edit: Edit) => void;
  readonly value: unknown;
  readonly fields: readonly Option[];
}

function TableItem({ item, at, label, edit, value, fields }: TableItemProps) {
  const text = useTexts(formTexts);
  const set = (next: unknown): void => edit({ kind: "set", path: at, value: next });
  const entries = Object.entries((value ?? {}) as Readonly<Record<string, unknown>>);
  const methods = optionsOf(text.methods);
  const wholeOrNone = (next: Readonly<Record<string, unknown>>): unknown => (Object.keys(next).length === 0 ? undefined : next);
  if (item.kind === "totals")
    return (
      <RowsItem
        at={at}
        label={label}
        rows={entries.map(([field, total]) => ({ field, of: (total as Total).of, with: (total as Total).with }))}
        columns={[
          { key: "field", label: text.target },
          { key: "of", label: text.of, options: fields },
          { key: "with", label: text.method, options: methods, isChoice: true },
        ]}
        onChange={(rows) =>
          set(wholeOrNone(Object.fromEntries(rows.map((row) => [row["field"] ?? "", { of: row["of"] ?? "", with: row["with"] ?? "sum" }]))))
        }
      />
    );
  if (item.kind === "calculate")
    return (
      <RowsItem
        at={at}
        label={label}
        rows={entries.map(([field, method]) => ({ field, method: String(method) }))}
        columns={[
          { key: "field", label: text.target, options: fields },
          {
            key: "method",
            label: text.method,
            options: methods.map((each) => ({ value: `$${each.value}`, label: each.label })),
            isChoice: true,
          },
        ]}
        onChange={(rows) => set(wholeOrNone(Object.fromEntries(rows.map((row) => [row["field"] ?? "", row["method"] ?? "$sum"]))))}
      />
    );
  if (item.kind === "pairs")
    return (
      <RowsItem
        at={at}
        label={label}
        rows={entries.map(([old, name]) => ({ old, new: String(name) }))}
        columns={[
          { key: "old", label: text.oldName, options: fields },
          { key: "new", label: text.newName },
        ]}
        onChange={(rows) => set(Object.fromEntries(rows.map((row) => [row["old"] ?? "", row["new"] ?? ""])))}
      />
    );
  const names = { field: text.target, value: text.expression, old: text.oldName, new: text.newName, format: text.format };
  const columns = item.kind === "rows" ? item.columns : [];
  return (
    <RowsItem
      at={at}
      label={label}
      rows={Array.isArray(value) ? (value as readonly Readonly<Record<string, string>>[]) : []}
      columns={columns.map((key) => ({ key, label: names[key], ...(key === "old" || key === "field" ? { options: fields } : {}) }))}
      onChange={set}
    />
  );
}

/** A condition as people say it: comparisons joined by 且, groups by 或, rules with a name that shows why a bill was dropped. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import type { Condition, ConditionRule, ConditionTerm } from "@datong/core";
import { AutoComplete, Button, Flex, Input, Select, Tag, Typography } from "antd";
import type { Edit, Path } from "../flow/draft.ts";
import { formTexts } from "../language/form-texts.ts";
import { useTexts } from "../language/language.tsx";
import { idOf, optionsOf, type Option } from "./items.tsx";

interface ConditionEditorProps {
  readonly at: Path;
  readonly condition: Condition | undefined;
  readonly fields: readonly Option[];
  readonly edit: (edit: Edit) => void;
  readonly isReadOnly: boolean;
}

type Groups = readonly (readonly ConditionTerm[])[];

const BLANK: ConditionTerm = { field: "", logic: "eq", value: "" };

export function ConditionEditor({ at, condition, fields, edit, isReadOnly }: ConditionEditorProps) {
  const text = useTexts(formTexts);
  const rules = condition !== undefined && isNamed(condition) ? condition : undefined;
  const write = (next: Condition | undefined): void => edit({ kind: "set", path: at, value: next });
  if (condition === undefined || condition.length === 0)
    return isReadOnly ? (
      <Typography.Text type="secondary">{text.none}</Typography.Text>
    ) : (
      <Button icon={<PlusOutlined />} onClick={() => write([[{ ...BLANK }]])}>
        {text.addCondition}
      </Button>
    );
  if (rules === undefined) {
    const groups = condition as Groups;
    return (
      <Flex vertical gap={8} align="start">
        <GroupsEditor
          id={idOf(at)}
          groups={groups}
          fields={fields}
          isReadOnly={isReadOnly}
          onChange={(next) => write(next.length === 0 ? undefined : (next as Condition))}
        />
        {isReadOnly ? null : (
          <Button size="small" type="link" onClick={() => write([{ rule: "condition", any: groups } as ConditionRule])}>
            {text.nameRules}
          </Button>
        )}
      </Flex>
    );
  }
  const put = (index: number, next: ConditionRule | undefined): void => {
    const left =
      next === undefined ? rules.filter((_, place) => place !== index) : rules.map((rule, place) => (place === index ? next : rule));
    write(left.length === 0 ? undefined : left);
  };
  return (
    <Flex vertical gap={8} align="start">
      {rules.map((rule, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- its name is being typed
        <RuleEditor
          key={index}
          id={`${idOf(at)}-${index}`}
          rule={rule}
          fields={fields}
          isReadOnly={isReadOnly}
          onChange={(next) => put(index, next)}
        />
      ))}
      {isReadOnly ? null : (
        <Button
          size="small"
          icon={<PlusOutlined />}
          onClick={() => write([...rules, { rule: `rule-${rules.length + 1}`, any: [[{ ...BLANK }]] }])}
        >
          {text.addRule}
        </Button>
      )}
    </Flex>
  );
}

function isNamed(condition: Condition): condition is ConditionRule[] {
  return !Array.isArray(condition[0]);
}

interface RuleEditorProps {
  readonly id: string;
  readonly rule: ConditionRule;
  readonly fields: readonly Option[];
  readonly isReadOnly: boolean;
  readonly onChange: (rule: ConditionRule | undefined) => void;
}

function RuleEditor({ id, rule, fields, isReadOnly, onChange }: RuleEditorProps) {
  const text = useTexts(formTexts);
  return (
    <div style={{ width: "100%", paddingInlineStart: 10, borderInlineStart: "3px solid rgb(127 138 153 / 35%)" }}>
      <Flex gap={8} wrap style={{ marginBottom: 6 }}>
        <Input
          aria-label={text.rule}
          title={text.ruleHint}
          style={{ width: 220 }}
          disabled={isReadOnly}
          value={rule.rule}
          onChange={({ target }) => onChange({ ...rule, rule: target.value })}
        />
        <Select
          aria-label={text.emptied}
          title={text.emptied}
          style={{ width: 220 }}
          disabled={isReadOnly}
          value={rule.emptied ?? "drop"}
          options={optionsOf(text.emptieds)}
          onChange={(value: string) => {
            const { emptied: _before, ...rest } = rule;
            onChange(value === "keep" ? { ...rest, emptied: "keep" } : rest);
          }}
        />
      </Flex>
      <GroupsEditor
        id={id}
        groups={rule.any}
        fields={fields}
        isReadOnly={isReadOnly}
        onChange={(any) => onChange(any.length === 0 ? undefined : { ...rule, any: any as ConditionRule["any"] })}
      />
    </div>
  );
}

interface GroupsEditorProps {
  readonly id: string;
  readonly groups: Groups;
  readonly fields: readonly Option[];
  readonly isReadOnly: boolean;
  readonly onChange: (groups: Groups) => void;
}

function GroupsEditor({ id, groups, fields, isReadOnly, onChange }: GroupsEditorProps) {
  const text = useTexts(formTexts);
  const put = (index: number, group: readonly ConditionTerm[]): void =>
    onChange(
      group.length === 0 ? groups.filter((_, place) => place !== index) : groups.map((each, place) => (place === index ? group : each)),
    );
  return (
    <Flex vertical gap={6} style={{ width: "100%" }} id={id}>
      {groups.map((group, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- groups have no name
        <div key={index}>
          {index === 0 ? null : <Tag style={{ marginBottom: 6 }}>{text.or}</Tag>}
          <Flex vertical gap={4}>
            {group.map((term, place) => (
              <TermEditor
                // oxlint-disable-next-line react/no-array-index-key -- a comparison has no name
                key={place}
                id={`${id}-${index}-${place}`}
                term={term}
                isFirst={place === 0}
                fields={fields}
                isReadOnly={isReadOnly}
                onChange={(next) =>
                  put(
                    index,
                    next === undefined ? group.filter((_, at) => at !== place) : group.map((each, at) => (at === place ? next : each)),
                  )
                }
              />
            ))}
            {isReadOnly ? null : (
              <Button size="small" type="link" style={{ alignSelf: "start" }} onClick={() => put(index, [...group, { ...BLANK }])}>
                {text.addTerm}
              </Button>
            )}
          </Flex>
        </div>
      ))}
      {isReadOnly ? null : (
        <Button size="small" style={{ alignSelf: "start" }} onClick={() => onChange([...groups, [{ ...BLANK }]])}>
          {text.addGroup}
        </Button>
      )}
    </Flex>
  );
}

interface TermEditorProps {
  readonly id: string;
  readonly term: ConditionTerm;
  readonly isFirst: boolean;
  readonly fields: readonly Option[];
  readonly isReadOnly: boolean;
  readonly onChange: (term: ConditionTerm | undefined) => void;
}

function TermEditor({ id, term, isFirst, fields, isReadOnly, onChange }: TermEditorProps) {
  const text = useTexts(formTexts);
  const hasValue = term.logic !== "isnull" && term.logic !== "notnull";
  const isInside = term.field.includes(".");
  const hint: Readonly<Record<string, string>> = text.valueHint;
  const choose = (logic: ConditionTerm["logic"]): void => {
    const { value, ...rest } = term;
    onChange(logic === "isnull" || logic === "notnull" ? { ...rest, logic } : { ...rest, logic, value: value ?? "" });
  };
  return (
    <Flex gap={6} wrap align="center">
      <span style={{ width: 20 }}>{isFirst ? "" : text.and}</span>
      <AutoComplete
        id={id}
        aria-label={text.field}
        className="mono"
        style={{ flex: "2 1 160px" }}
        placeholder={text.field}
        disabled={isReadOnly}
        value={term.field}
        options={[...fields]}
        popupMatchSelectWidth={false}
        showSearch={{
          filterOption: (typed, option) => `${option?.value ?? ""} ${option?.label ?? ""}`.toLowerCase().includes(typed.toLowerCase()),
        }}
        onChange={(field: string) => onChange({ ...term, field })}
      />
      <Select<ConditionTerm["logic"]>
        aria-label={text.logic}
        style={{ flex: "1 1 130px" }}
        disabled={isReadOnly}
        value={term.logic}
        options={optionsOf(text.logics) as { value: ConditionTerm["logic"]; label: string }[]}
        onChange={choose}
      />
      {hasValue ? (
        <Input
          aria-label={text.value}
          className="mono"
          style={{ flex: "2 1 140px" }}
          placeholder={hint[term.logic] ?? ""}
          disabled={isReadOnly}
          value={Array.isArray(term.value) ? term.value.map(String).join(",") : String(term.value ?? "")}
          onChange={({ target }) => onChange({ ...term, value: target.value })}
        />
      ) : null}
      {isInside || term.strictMode !== undefined ? (
        <Select
          aria-label={text.strictLabel}
          title={text.strictLabel}
          style={{ flex: "1 1 170px" }}
          disabled={isReadOnly}
          value={term.strictMode === true ? "strict" : "loose"}
          options={optionsOf(text.strict)}
          onChange={(value: string) => {
            const { strictMode: _before, ...rest } = term;
            onChange(value === "strict" ? { ...rest, strictMode: true } : rest);
          }}
        />
      ) : null}
      {isReadOnly ? null : (
        <Button type="text" icon={<DeleteOutlined />} aria-label={`${text.remove} ${term.field}`} onClick={() => onChange(undefined)} />
      )}
    </Flex>
  );
}

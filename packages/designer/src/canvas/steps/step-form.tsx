/**
 * The form of one step, made of its schema, which the server tells: every kind has one, and a key that core adds is there the next day. Texts, lists of fields,
 * numbers and choices have fields of their own; what is built of parts (conditions, totals, computed fields) is written as YAML.
 */
import { useQuery } from "@tanstack/react-query";
import { Form, Input, InputNumber, Select, Skeleton, Switch } from "antd";
import { useState } from "react";
import { parse, stringify } from "yaml";
import { ask } from "../../api/ask.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { formTexts } from "../../language/form-texts.ts";
import { stepsTexts } from "../../language/steps-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import type { LooseStep } from "./model.ts";

interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly items?: Shape;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly const?: unknown;
}

interface StepShape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}

interface StepFormProps {
  readonly step: LooseStep;
  /** Fields that the source is known to give. */
  readonly fields: readonly { readonly value: string; readonly label: string }[];
  readonly isReadOnly: boolean;
  readonly onSet: (key: string, value: unknown) => void;
}

export function StepForm({ step, fields, isReadOnly, onSet }: StepFormProps) {
  const { language } = useLanguage();
  const { keys } = useTexts(formTexts);
  const { data, error } = useQuery({
    queryKey: ["steps"],
    queryFn: ({ signal }) => ask<Readonly<Record<string, StepShape>>>("GET", "/api/v1/steps", { signal }),
    staleTime: Infinity,
  });
  if (error !== null) return <ProblemAlert error={error} />;
  if (data === undefined) return <Skeleton active />;
  const { properties = {}, required = [] } = data[step.kind] ?? {};
  return (
    <Form layout="vertical" component="div" size="small" disabled={isReadOnly}>
      {Object.entries(properties)
        .filter(([key]) => key !== "kind" && key !== "off")
        .map(([key, shape]) => {
          const [zh = "", en = zh] = (shape.description ?? "").split(" / ");
          return (
            <Form.Item
              key={key}
              label={
                <>
                  {keys[key]} <span className="mono">{key}</span>
                </>
              }
              htmlFor={`step-${key}`}
              required={required.includes(key)}
              extra={language === "zh" ? zh : en}
              style={{ marginBottom: 10 }}
            >
              <Entry id={`step-${key}`} shape={shape} value={step[key]} fields={fields} onSet={(value) => onSet(key, value)} />
            </Form.Item>
          );
        })}
    </Form>
  );
}

interface EntryProps {
  readonly id: string;
  readonly shape: Shape;
  readonly value: unknown;
  readonly fields: StepFormProps["fields"];
  readonly onSet: (value: unknown) => void;
}

function Entry({ id, shape, value, fields, onSet }: EntryProps) {
  const choices = choicesOf(shape);
  if (choices !== null)
    return (
      <Select
        id={id}
        allowClear
        value={typeof value === "string" ? value : null}
        options={choices.map((each) => ({ value: each, label: each }))}
        onChange={(chosen: string | undefined) => onSet(chosen)}
      />
    );
  if (shape.type === "boolean") return <Switch id={id} checked={value === true} onChange={(on) => onSet(on ? true : undefined)} />;
  if (shape.type === "integer" || shape.type === "number")
    return (
      <InputNumber
        id={id}
        value={typeof value === "number" ? value : null}
        onChange={(n) => onSet(n ?? undefined)}
        style={{ width: "100%" }}
      />
    );
  if (shape.type === "array" && shape.items?.type === "string")
    return (
      <Select
        id={id}
        mode="tags"
        className="mono"
        value={Array.isArray(value) ? value.map(String) : []}
        options={[...fields]}
        optionLabelProp="value"
        onChange={(list: string[]) => onSet(list.length === 0 ? undefined : list)}
      />
    );
  if (shape.type === "string")
    return (
      <Input
        id={id}
        className="mono"
        value={typeof value === "string" ? value : ""}
        onChange={({ target }) => onSet(target.value === "" ? undefined : target.value)}
      />
    );
  return <Written id={id} value={value} onSet={onSet} />;
}

/** One of a few texts; null for anything else. */
function choicesOf(shape: Shape): readonly string[] | null {
  if (shape.enum !== undefined) return shape.enum.map(String);
  const all = shape.anyOf ?? [shape];
  return all.every((each) => typeof each.const === "string") ? all.map((each) => String(each.const)) : null;
}

/** Anything, as YAML; taken when it is left and can be read. */
export function Written({ id, value, onSet }: { readonly id: string; readonly value: unknown; readonly onSet: (value: unknown) => void }) {
  const text = useTexts(stepsTexts);
  const shown = value === undefined ? "" : stringify(value, { lineWidth: 60 });
  const [typed, setTyped] = useState<string | null>(null);
  const [isWrong, setWrong] = useState(false);
  const take = (): void => {
    if (typed === null || typed === shown) return;
    try {
      onSet(typed.trim() === "" ? undefined : (parse(typed) as unknown));
      setTyped(null);
      setWrong(false);
    } catch {
      setWrong(true);
    }
  };
  return (
    <>
      <Input.TextArea
        id={id}
        className="mono"
        autoSize={{ minRows: 2, maxRows: 12 }}
        value={typed ?? shown}
        status={isWrong ? "error" : ""}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={take}
      />
      {isWrong ? <div role="alert">{text.invalid}</div> : null}
    </>
  );
}

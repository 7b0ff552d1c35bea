/** JSON and messages as text: indented, numbers as they were written, long ones folded; copied with a button. */
import { Button, Flex, Typography } from "antd";
import { useMemo, useState } from "react";
import { ExactNumber, parseExactly } from "../api/ask.ts";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";

const FOLDED_CHARACTERS = 20_000;

/** Indented by two; an ExactNumber as it was written. */
export function prettyJson(value: unknown, indent = ""): string {
  if (value instanceof ExactNumber) return value.text;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const deeper = `${indent}  `;
  const [open, close, parts] = Array.isArray(value)
    ? ["[", "]", value.map((each) => prettyJson(each, deeper))]
    : ["{", "}", Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${prettyJson(each, deeper)}`)];
  return parts.length === 0 ? open + close : `${open}\n${parts.map((part) => deeper + part).join(",\n")}\n${indent}${close}`;
}

/** A message with headers and body, or a JSON text: its JSON part indented. What is no JSON stays as it is. */
export function prettyMessage(text: string): string {
  const at = text.search(/\r?\n\r?\n/);
  const head = at < 0 ? "" : `${text.slice(0, at)}\n\n`;
  const body = at < 0 ? text : text.slice(at).trim();
  if (/^content-type: *application\/x-www-form-urlencoded/im.test(head)) return head + prettyForm(body);
  try {
    return head + prettyJson(parseExactly(body));
  } catch {
    return text;
  }
}

/** A form's fields, one a line, decoded; those that hold JSON indented. */
function prettyForm(body: string): string {
  return [...new URLSearchParams(body)]
    .map(([name, value]) => `${name} = ${/^[[{]/.test(value) ? prettyMessage(value) : value}`)
    .join("\n");
}

export function MessageText({ text, title }: { readonly text: string; readonly title?: string }) {
  const words = useTexts(wordTexts);
  const [isOpen, setOpen] = useState(false);
  const pretty = useMemo(() => prettyMessage(text), [text]);
  const isLong = pretty.length > FOLDED_CHARACTERS;
  return (
    <div>
      <Flex justify="space-between" align="center">
        <Typography.Text strong>{title}</Typography.Text>
        {/* Antd's own way copies on an intranet too, where a page without https has no clipboard. */}
        <Typography.Text copyable={{ text, tooltips: [words.copy, words.copied] }}>{words.copy}</Typography.Text>
      </Flex>
      <pre className="mono message-text" tabIndex={0}>
        {isLong && !isOpen ? `${pretty.slice(0, FOLDED_CHARACTERS)} …` : pretty}
      </pre>
      {isLong ? (
        <Button type="link" size="small" onClick={() => setOpen(!isOpen)}>
          {isOpen ? words.hide : words.show}
        </Button>
      ) : null}
    </div>
  );
}

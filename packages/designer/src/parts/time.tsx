/** Instants as `yyyy-MM-dd HH:mm:ss` of the reader's zone, and spans in words. */
import { Tooltip } from "antd";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";

const two = (n: number): string => String(n).padStart(2, "0");

export function instantText(at: number): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The largest unit that fits, rounded down. */
export function useSpanText(): (ms: number) => string {
  const text = useTexts(wordTexts);
  return (ms) => {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    if (seconds < 60) return text.second(seconds);
    if (seconds < 3_600) return text.minute(Math.floor(seconds / 60));
    if (seconds < 2 * 86_400) return text.hour(Math.floor(seconds / 3_600));
    return text.day(Math.floor(seconds / 86_400));
  };
}

export function Ago({ at }: { readonly at: number }) {
  const text = useTexts(wordTexts);
  const span = useSpanText();
  const ms = Date.now() - at;
  return (
    <Tooltip title={instantText(at)}>
      <span>{ms < 5_000 ? text.now : text.ago(span(ms))}</span>
    </Tooltip>
  );
}

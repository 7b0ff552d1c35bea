/** When a queue will be empty, or what keeps it from that. */
import { Tag } from "antd";
import type { QueueRow } from "../api/answers.ts";
import { useTexts } from "../language/language.tsx";
import { overviewTexts } from "../language/overview-texts.ts";
import { useSpanText } from "./time.tsx";

export function Emptying({ queue }: { readonly queue: QueueRow }) {
  const text = useTexts(overviewTexts);
  const span = useSpanText();
  if (queue.paused.target || queue.paused.source) return <Tag color="gold">{text.paused}</Tag>;
  if (queue.unreached.length > 0) return <Tag color="red">{text.unreached}</Tag>;
  if (queue.documents === 0) return <>{text.isEmpty}</>;
  return <>{queue.emptyInMs === null ? text.unknown : span(queue.emptyInMs)}</>;
}

/**
 * A status: colour, icon and word, one vocabulary everywhere. Plain elements that look like the library's tags, since lists show one in
 * every row, and shapes of our own in a square of 16.
 */
import type { ReactNode } from "react";
import type { Status } from "../api/answers.ts";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";
import "./status-tag.css";

const RING = "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z";
const SHAPES: Readonly<Record<Status, string>> = {
  pending: `${RING} M8 4.5V8.3l2.6 1.7`,
  queued: "M13.6 6.6A6 6 0 0 0 3.2 4.4M3 1.9v2.8h2.8 M2.4 9.4a6 6 0 0 0 10.4 2.2M13 14.1v-2.8h-2.8",
  sent: "M1.8 7.6 14.2 1.8 11 13.6 7.3 10.2ZM7.3 10.2 14.2 1.8M7.3 10.2v3.6l1.9-1.9",
  done: `${RING} m-2.9 6.7 2 2 3.9-4.2`,
  failed: `${RING} m-2.3 4.2 4.6 4.6m0-4.6-4.6 4.6`,
  skipped: `${RING} m-2.8 6.5h5.6`,
  unknown: `${RING} m-1.9 5c0-2.6 3.8-2.6 3.8 0 0 1.5-1.9 1.5-1.9 3m0 1.6v.6`,
};

export function StatusTag({ status, suffix }: { readonly status: Status; readonly suffix?: ReactNode }) {
  return (
    <span className="status-tag" data-status={status}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={SHAPES[status]} />
      </svg>
      {useTexts(wordTexts).status[status]}
      {suffix === undefined ? null : <> {suffix}</>}
    </span>
  );
}

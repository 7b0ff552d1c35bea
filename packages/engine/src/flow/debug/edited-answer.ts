/** A source's answer that a person has edited, read anew as if it had come like that: judged, cut into rows, grouped to bills. Pure. */
import { DatongError, errorToJson, extractRows, groupRows, judgeReply, type SourceRecord } from "@datong/core";
import { JSON_REPLY, readBody } from "../../connection/http-send.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import { faultError } from "../source/read-page.ts";

/** The bills of the answer, or why it is refused. Rows are not asked for details. Throws DEBUG_DATA_INVALID. */
export function recordsOfAnswer(
  ready: ReadyFlow,
  text: string,
): { readonly records: readonly SourceRecord[]; readonly problem: ReturnType<typeof errorToJson> | null } {
  const { source } = ready;
  const read = readBody(text, "", 200, source.ready.reading ?? JSON_REPLY);
  if (read.json === undefined) throw new DatongError("DEBUG_DATA_INVALID", { expected: read.notXml ?? "JSON" });
  const verdict = judgeReply(source.ready.rule, "query", { status: 200, headers: {}, text, ...read });
  if (verdict.kind === "fault") return { records: [], problem: errorToJson(faultError(verdict, source.connection.connector.name.zh)) };
  const columns = source.params.columns.map((column) => column.name);
  const rows = extractRows(source.ready.api.rows ?? { kind: "objects", paths: [""] }, read.json, columns);
  return { records: groupRows(source.keys, [], rows, true).records, problem: null };
}

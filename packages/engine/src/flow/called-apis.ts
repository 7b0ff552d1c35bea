/** Which APIs the sides of a flow call: the reading and its details; the writing with its stages, its way back and its questions. */
import type { Pausable } from "../store/pause-rows.ts";
import type { ReadyFlow } from "./ready-flow.ts";

export function calledApis({ flow, source, target }: Pick<ReadyFlow, "flow" | "source" | "target">): Pausable {
  const { api } = target.ready;
  const { probe, stages, reverse } = api.write ?? {};
  const detail = source.detail?.ready.api.code;
  const written = [api.code, probe?.api, reverse?.api, ...Object.values(stages?.steps ?? {})];
  return {
    id: flow.id,
    source: {
      connection: source.connection.connection.id,
      // Another flow's records are read without a call.
      apis: flow.source.flow === undefined ? [source.ready.api.code, ...(detail === undefined ? [] : [detail])] : [],
    },
    target: { connection: target.connection.connection.id, apis: written.filter((code) => code !== undefined) },
  };
}

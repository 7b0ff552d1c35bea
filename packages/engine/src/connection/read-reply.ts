/**
 * What a reply means for its API beyond yes and no: where the next page is, and an empty list where it said that nothing was found.
 *
 * In: the reply, its verdict, the API, the request's address. Out: reply and verdict; a next page on another host is a fault
 * (PAGING_LINK_ELSEWHERE), since the connection's secrets would go there. Parameters that every call carries are taken off the address:
 * it is stored with the cursor, and they may be secrets.
 */
import {
  asText,
  emptyRows,
  getPath,
  lostRules,
  parsePath,
  type Api,
  type Connector,
  type Paging,
  type Reply,
  type ResultRule,
  type Verdict,
} from "@datong/core";
import type { Reading } from "./http-send.ts";

export interface Answer {
  readonly reply: Reply;
  readonly verdict: Verdict;
}

export interface AnswerAt {
  readonly api: Api;
  /** The address that was asked. */
  readonly url: URL;
  /** Names of parameters that every call carries. */
  readonly carried: readonly string[];
}

/** How the API's replies are read: its own format, the connector's, XML by its look where XML was sent, else JSON. */
export function readingOf(connector: Connector, api: Api): Reading {
  const format = api.reply ?? connector.reply ?? (api.shape.xml === undefined ? "json" : "either");
  return {
    format,
    ...(api.lists === undefined ? {} : { lists: api.lists }),
    ...(api.inside === undefined ? {} : { inside: api.inside }),
  };
}

/** The API's result rule, with what tells that a declared session is lost in front. */
export function resultRuleOf(connector: Connector, api: Api): ResultRule {
  const rule = api.result ?? connector.result;
  const lost = lostRules(connector.auth);
  return lost.length === 0 ? rule : { ...rule, faults: [...lost, ...rule.faults] };
}

export function readAnswer(reply: Reply, verdict: Verdict, at: AnswerAt): Answer {
  if (verdict.kind !== "ok") return { reply, verdict };
  const { rows, paging } = at.api;
  if (verdict.nothing === true) return { reply: { ...reply, json: emptyRows(reply.json, rows?.paths[0] ?? "") }, verdict };
  if (paging?.kind !== "link") return { reply, verdict };
  const text = linkText(paging.next, reply);
  if (text === undefined) return { reply, verdict };
  const next = URL.canParse(text, at.url.href) ? new URL(text, at.url.href) : undefined;
  if (next === undefined || next.host !== at.url.host) {
    const host = next?.host ?? text.slice(0, 200);
    return { reply, verdict: { kind: "fault", fault: "rejected", cause: "other", code: "PAGING_LINK_ELSEWHERE", vendorCode: host } };
  }
  // Behind a proxy a system may not know that it is asked by https; the connection does.
  next.protocol = at.url.protocol;
  next.hash = "";
  for (const name of at.carried) next.searchParams.delete(name);
  return { reply: { ...reply, next: next.href }, verdict };
}

function linkText(next: Extract<Paging, { kind: "link" }>["next"], reply: Reply): string | undefined {
  if ("path" in next) {
    const value = getPath(reply.json, parsePath(next.path));
    return value === undefined || value === null || value === "" ? undefined : asText(value);
  }
  const header = reply.headers[next.header.toLowerCase()];
  if (header === undefined || header === "") return undefined;
  if (!header.includes("<")) return header.trim();
  for (const [, address, parameters = ""] of header.matchAll(/<([^>]*)>((?:\s*;\s*[^,;"]+(?:"[^"]*")?)*)/g))
    if (/;\s*rel\s*=\s*"?(?:[^"]*\s)?next(?:\s[^"]*)?"?\s*(?:;|$)/i.test(parameters)) return address;
  return undefined;
}

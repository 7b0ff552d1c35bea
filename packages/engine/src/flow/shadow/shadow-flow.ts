/**
 * Shadow run: reads and maps a flow's bills and compares what would be written with what another system wrote. The truth is either a file of
 * its requests, or the target itself, asked by external key. Writes nothing: neither to the target nor to the ledger; only queries are called.
 */
import {
  asText,
  compareDocuments,
  DatongError,
  getPath,
  globalsOf,
  readJson,
  requestsIn,
  type FieldDifference,
  type Json,
  type JsonObject,
  type Range,
  type SourceRecord,
} from "@datong/core";
import type pg from "pg";
import type { Ports } from "../../ports.ts";

import { mergedDocuments } from "../preview.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import { sourcePages } from "../source/source-pages.ts";
import { withAnswers } from "../transform/answer-lookups.ts";
import type { Made } from "../transform/make-document.ts";
import { stageRecord, type StagedRecord } from "../transform/stage-records.ts";
import { TargetReader } from "./read-back.ts";

export interface ShadowOptions {
  readonly ports: Ports;
  /** The ledger that answers lookups. */
  readonly pool: pg.Pool;
  /** Only these numbers. */
  readonly numbers?: readonly string[];
  /** Only this span of time; the flow needs a watermark. */
  readonly range?: Range;
  /** At most so many records. */
  readonly limit?: number;
  /** What the other system sent, in whatever envelopes; absent: the target is asked. */
  readonly requests?: Json;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly records: number; readonly compared: number }) => void;
}

export interface ShadowDocument {
  readonly key: string;
  /** The bill's number at the source; null for a document of many bills. */
  readonly number: string | null;
}

export interface ShadowResult {
  readonly records: number;
  /** Records that a rule drops. */
  readonly dropped: number;
  readonly same: number;
  readonly different: readonly (ShadowDocument & { readonly fields: readonly FieldDifference[] })[];
  /** The other system has not written them. */
  readonly onlyOurs: readonly ShadowDocument[];
  /** Keys of requests that no bill of ours makes; always empty where the target is asked. */
  readonly onlyTheirs: readonly string[];
  /** What could not be mapped. */
  readonly unmapped: readonly { readonly number: string | null; readonly code: string; readonly text: string }[];
  /** Fields that the target's query does not show. */
  readonly notCompared: readonly string[];
}

const MERGED_MAX = 100_000;

/** Throws what reading throws, SHADOW_PROBE_MISSING without a file where the target cannot be asked, SHADOW_REQUESTS_NONE for a file without any. */
export async function shadowFlow(ready: ReadyFlow, options: ShadowOptions): Promise<ShadowResult> {
  const comparing = new Comparing(ready, options);
  const merging: SourceRecord[] = [];
  const units = new Set<string>();
  for await (const { records, globals } of sourcePages(ready, options)) {
    comparing.records += records.length;
    const fresh: (ShadowDocument & { readonly body: JsonObject })[] = [];
    const all = await withAnswers(options.pool, ready, { globals }, (scope) => records.map((record) => stageRecord(ready, record, scope)));
    for (const [i, record] of records.entries()) {
      const staged = all[i] as StagedRecord;
      if (staged.dropped !== null) comparing.dropped += 1;
      if (staged.problem !== null) comparing.unmapped.push({ number: record.number, ...staged.problem });
      // A document that many bills share is written once.
      const made = staged.made.filter((each) => !units.has(each.unit));
      for (const each of made) if (each.shared) units.add(each.unit);
      fresh.push(...comparing.mapped(made, record.number));
      if (ready.merges && staged.dropped === null && merging.length < MERGED_MAX) merging.push(record);
    }
    await comparing.compare(fresh);
  }
  if (ready.merges) {
    const globals = globalsOf({ nowMs: options.ports.nowMs() });
    const made = await withAnswers(options.pool, ready, { globals }, (scope) => mergedDocuments(ready, merging, scope));
    await comparing.compare(comparing.mapped(made, null));
  }
  return comparing.result();
}

type Body = ShadowDocument & { readonly body: JsonObject };

class Comparing {
  records = 0;
  dropped = 0;
  readonly unmapped: { number: string | null; code: string; text: string }[] = [];
  private same = 0;
  private readonly different: (ShadowDocument & { fields: readonly FieldDifference[] })[] = [];
  private readonly onlyOurs: ShadowDocument[] = [];
  private readonly notCompared = new Set<string>();
  private readonly requests: Map<string, JsonObject> | undefined;
  private readonly reader: TargetReader | undefined;
  private readonly options: ShadowOptions;
  private readonly seen = new Set<string>();

  constructor(ready: ReadyFlow, options: ShadowOptions) {
    this.options = options;
    const { key } = ready.target;
    if (options.requests !== undefined && key !== undefined) {
      const found = requestsIn(options.requests, key);
      if (found.length === 0) throw new DatongError("SHADOW_REQUESTS_NONE", { field: key.text });
      this.requests = new Map(found.map((document) => [keyText(getPath(document, key)), document]));
      return;
    }
    const probe = ready.target.ready.api.write?.probe;
    if (probe === undefined) throw new DatongError("SHADOW_PROBE_MISSING", { api: ready.flow.target.api });
    this.reader = new TargetReader(ready, probe);
  }

  /** Those that could be mapped; the others are noted. */
  mapped(made: readonly Made[], number: string | null): readonly Body[] {
    return made.flatMap((each) => {
      if (each.code !== null || each.body === null || each.externalKey === null) {
        this.unmapped.push({ number, code: each.code ?? "MAPPING_FAILED", text: each.problem ?? "" });
        return [];
      }
      return [{ key: each.externalKey, number, body: readJson(each.body) as JsonObject }];
    });
  }

  async compare(bodies: readonly Body[]): Promise<void> {
    if (bodies.length === 0) return;
    const wanted = new Map(bodies.map((each) => [each.key, each.body]));
    const theirs = this.requests ?? (await this.reader?.read(wanted, this.options.ports.nowMs())) ?? new Map<string, JsonObject>();
    for (const { key, number, body } of bodies) {
      this.seen.add(key);
      const document = theirs.get(key);
      if (document === undefined) {
        this.onlyOurs.push({ key, number });
        continue;
      }
      const { differences, notCompared } = compareDocuments(body, document, this.requests === undefined ? "common" : "both");
      for (const path of notCompared) this.notCompared.add(path);
      if (differences.length === 0) this.same += 1;
      else this.different.push({ key, number, fields: differences });
    }
    this.options.onProgress?.({ records: this.records, compared: this.same + this.different.length + this.onlyOurs.length });
  }

  result(): ShadowResult {
    return {
      records: this.records,
      dropped: this.dropped,
      same: this.same,
      different: this.different,
      onlyOurs: this.onlyOurs,
      onlyTheirs: [...(this.requests?.keys() ?? [])].filter((key) => !this.seen.has(key)),
      unmapped: this.unmapped,
      notCompared: [...this.notCompared].toSorted(),
    };
  }
}

function keyText(value: Json | undefined): string {
  return value === undefined || value === null ? "" : asText(value);
}

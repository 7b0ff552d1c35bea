/** What the suites read of the engine's ledger: records with their rows, documents, cursors, by the id of the flow. */
import { storedRows } from "@datong/core";
import { readPlaces, unpackText, type Engine, type Place } from "@datong/engine";

export interface LedgerRecord {
  readonly key: string;
  readonly number: string | null;
  readonly status: number;
  readonly reason: string | null;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export interface LedgerDocument {
  readonly externalKey: string | null;
  /** A number of the status table: 3 done, 4 failed, 6 unknown. */
  readonly status: number;
  readonly stage: string | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly cause: string | null;
  readonly vendorCode: string | null;
  readonly vendorText: string | null;
  readonly number: string | null;
  readonly targetId: string | null;
}

export interface LedgerRead {
  readonly records: (flow: string) => Promise<readonly LedgerRecord[]>;
  readonly documents: (flow: string) => Promise<readonly LedgerDocument[]>;
  /** The text of a cursor; null where there is none. */
  readonly cursor: (flow: string, name: "pull" | "watermark") => Promise<string | null>;
  /** Each stored request with its answer. */
  readonly exchanges: (flow: string) => Promise<readonly string[]>;
  /** Requests of one API, by its code, in order, masked. */
  readonly requests: (flow: string, operation: string) => Promise<readonly string[]>;
}

/** Reads through the engine's own pool, which is another one after a restart. */
export function readLedger(pool: () => Engine["pool"]): LedgerRead {
  return {
    records: async (flow) => {
      const { rows } = await pool().query<Omit<LedgerRecord, "rows"> & Place & { lane: number }>(
        `select r.lane, r.key, r.number, r.status, r.reason, r.block, r.place from flow f join record r on r.lane = f.lane and r.flow = f.num
         where f.id = $1 order by r.key`,
        [flow],
      );
      const texts = await readPlaces(pool(), rows[0]?.lane ?? 0, rows);
      return rows.map((row, i) => ({ ...row, rows: storedRows(texts[i] ?? "[]") as unknown as Record<string, unknown>[] }));
    },
    documents: async (flow) => {
      const { rows } = await pool().query<LedgerDocument>(
        `select d.external_key as "externalKey", d.status, d.stage, d.attempts, d.code, d.cause, d.vendor_code as "vendorCode",
           d.vendor_text as "vendorText", d.number, d.target_id as "targetId"
         from flow f join document d on d.lane = f.lane and d.flow = f.num where f.id = $1 order by d.external_key`,
        [flow],
      );
      return rows;
    },
    cursor: async (flow, name) => {
      const { rows } = await pool().query<{ value: string }>(
        "select c.value from flow f join cursor c on c.lane = f.lane and c.flow = f.num where f.id = $1 and c.name = $2",
        [flow, name],
      );
      return rows[0]?.value ?? null;
    },
    exchanges: async (flow) => {
      const { rows } = await pool().query<{ request: Buffer; response: Buffer }>(
        "select e.request, e.response from flow f join exchange e on e.lane = f.lane and e.flow = f.num where f.id = $1 order by e.at, e.id",
        [flow],
      );
      return rows.map((row) => `${unpackText(row.request)}\n\n${unpackText(row.response)}`);
    },
    requests: async (flow, operation) => {
      const { rows } = await pool().query<{ request: Buffer }>(
        "select e.request from flow f join exchange e on e.lane = f.lane and e.flow = f.num where f.id = $1 and e.operation = $2 order by e.at, e.id",
        [flow, operation],
      );
      return rows.map((row) => unpackText(row.request));
    },
  };
}

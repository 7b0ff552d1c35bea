/**
 * What a simulator is: the contract between the kit (HTTP server, fault switches, control endpoints) and one pretend vendor.
 *
 * A vendor is a folder `src/<system>/simulator.ts` that exports `simulator: SimulatorDefinition`. It is written from the
 * vendor's documents alone and imports nothing of Datong outside this package, so that a misread document cannot agree with itself.
 * The kit owns the socket and the switches; the vendor owns signatures, sessions, envelopes, codes, texts and data.
 */

/** One request as it came off the wire. `rawBody` are the bytes; signatures must be checked over these, never re-serialised. */
export interface SimRequest {
  readonly method: string;
  /** Path without query, exactly as received (not decoded). */
  readonly path: string;
  /** Query without the question mark, exactly as received. */
  readonly rawQuery: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Buffer;
}

/** What the vendor answers. `body` is the exact text; the kit adds Content-Length. */
export interface SimReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
  /** The vendor turned the call away for its rate or concurrency; counted in GET /_sim/stats as a refusal. HTTP 429 counts without it. */
  readonly refused?: boolean;
}

/** One accepted write, in the order of acceptance: the judge of exactly-once. */
export interface LedgerEntry {
  /** Counts from 1 per simulator. */
  readonly sequence: number;
  readonly at: number;
  /** API as the vendor names it (what a fault switch names too), e.g. `BatchSave`. */
  readonly api: string;
  /** Kind of thing that was written, e.g. `SAL_OUTSTOCK` or `otherinout`. */
  readonly kind: string;
  /** The sender's own key, e.g. FBillNo or external_id. Two entries with one key are a duplicate. */
  readonly key: string;
  /** The vendor's own number. */
  readonly number: string;
  /** The document as received, parsed with numbers kept as text where they are not safe integers. */
  readonly body: unknown;
  /** Kingdee: saved, submitted, audited; elsewhere absent. */
  stage?: string;
  /** The write changed a document accepted before; such an entry is no duplicate. */
  readonly edit?: boolean;
}

/** A fault, set per API by POST /_sim/faults. `times` counts down; absent means until cleared. */
export interface Fault {
  /** The API's name as `apiOf` gives it, any case; `*` means every API. */
  readonly api: string;
  readonly kind:
    | "latency" // wait `ms`, then answer normally
    | "http-429" // HTTP 429 with Retry-After: `retryAfterS`
    | "vendor-limit" // the vendor's own limit answer (HTTP 200 with its code)
    | "http-500"
    | "http-502-html" // a gateway's HTML page
    | "cut-before" // connection cut before the vendor did anything
    | "cut-after" // the vendor did it (write taken), then the connection is cut
    | "truncate" // the answer's body is cut in half, Content-Length still promises the whole
    | "truncate-json" // the answer's body is cut in half, Content-Length agrees: HTTP is fine, JSON is not
    | "session-lost" // the vendor forgets every session and token before it looks at the request
    | "insert-rows" // `count` new rows appear before the request is answered (rows inserted while paging)
    | "save-not-audit"; // Kingdee: saved, but submit/audit refused
  readonly ms?: number;
  readonly retryAfterS?: number;
  readonly count?: number;
  readonly times?: number;
  /** Let this many matching requests pass first. */
  readonly skip?: number;
}

export interface SimulatorOptions {
  /** Same seed and options, same data, byte for byte. */
  readonly seed: number;
  /** Bills (or master records) the vendor holds for reading; each vendor says in its README comment what it scales. */
  readonly bills: number;
  /** The vendor's clock, epoch ms. */
  readonly now: () => number;
  /** Vendor-specific switches, e.g. `{gateway: true}`; every assumed fact of the protocol notes is one. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A running pretend vendor. */
export interface Vendor {
  /** Path under which a client's base URL begins, e.g. `/K3Cloud/` or ``. */
  readonly basePath: string;
  /** Environment variable to value, the URL left out: what `datong simulate --env` writes. */
  readonly environment: Readonly<Record<string, string>>;
  /** Name of the environment variable that holds the base URL. */
  readonly urlVariable: string;
  /** The API a request is for, by the vendor's name without form (`BatchSave`, `jushuitan.otherinout.upload`), `login` for log-ins and token calls. */
  apiOf(request: SimRequest): string;
  handle(request: SimRequest): SimReply | Promise<SimReply>;
  /** Called right before `handle` of the same request when a fault is due that only the vendor can act out (`save-not-audit`). */
  onFault?(fault: Fault, request: SimRequest): void;
  /** The vendor's own "too many calls" answer. */
  limitReply(request: SimRequest): SimReply;
  /** Forgets sessions and access tokens (not the credentials). */
  loseSessions(): void;
  /** Makes `count` new source rows appear as if somebody had just entered them; returns their keys. `late` ones carry an older change time than the newest present (committed late). */
  insertRows(count: number, options?: { readonly late?: boolean }): readonly string[];
  /** Accepted writes, in order. */
  ledger(): readonly LedgerEntry[];
  /** Vendor-specific control, POST /_sim/control {action, …}; answers JSON. */
  control?(action: string, body: Readonly<Record<string, unknown>>): unknown;
  /** What the vendor holds for reading, for judges that compare: kind to rows. */
  data(kind: string): readonly unknown[];
}

export interface SimulatorDefinition {
  /** The folder's name, e.g. `kingdee-galaxy`. */
  readonly system: string;
  readonly name: { readonly zh: string; readonly en: string };
  create(options: SimulatorOptions): Vendor;
}

/** A started simulator. */
export interface RunningSimulator {
  readonly system: string;
  readonly name: { readonly zh: string; readonly en: string };
  /** `http://127.0.0.1:port` + basePath. */
  readonly baseUrl: string;
  /** `http://127.0.0.1:port`; control lies under `/_sim/`. */
  readonly origin: string;
  readonly vendor: Vendor;
  /** urlVariable and the vendor's environment together. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

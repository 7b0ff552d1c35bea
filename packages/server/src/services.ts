/** What the routes work with. */
import type { Engine } from "@datong/engine";
import type { Oidc } from "./access/oidc.ts";
import type { TrustedProxies } from "./access/trusted-proxies.ts";
import type { Tenants } from "./documents/tenants.ts";
import type { DemoBoard } from "./running/demo-board.ts";
import type { DebugBoard } from "./running/debug-board.ts";
import type { ReconcileBoard } from "./running/reconcile-board.ts";
import type { RefillBoard } from "./running/refill-board.ts";
import type { BulkBoard } from "./running/bulk-board.ts";
import type { RequestLog } from "./telemetry/requests.ts";
import type { RunBoard } from "./running/run-board.ts";

export interface Services {
  readonly engine: Engine;
  readonly masterKey: Buffer;
  readonly tenants: Tenants;
  readonly runs: RunBoard;
  readonly bulk: BulkBoard;
  readonly reconciling: ReconcileBoard;
  readonly refilling: RefillBoard;
  readonly debugging: DebugBoard;
  readonly demo: DemoBoard;
  /** Cookies are sent over https alone. */
  readonly isSecure: boolean;
  /** Under which people reach this server, without a slash at the end; undefined: as they ask. */
  readonly publicUrl: string | undefined;
  /** Whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: TrustedProxies;
  /** Single sign-on; null where it is not set up. */
  readonly oidc: Oidc | null;
  /** Where requests are lines of the log. */
  readonly logRequest: RequestLog | undefined;
  readonly log: (line: string) => void;
}

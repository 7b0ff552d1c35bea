/** What the routes work with. */
import type { Engine } from "@datong/engine";
import type { Tenants } from "./documents/tenants.ts";
import type { ReconcileBoard } from "./running/reconcile-board.ts";
import type { RunBoard } from "./running/run-board.ts";

export interface Services {
  readonly engine: Engine;
  readonly masterKey: Buffer;
  readonly tenants: Tenants;
  readonly runs: RunBoard;
  readonly reconciling: ReconcileBoard;
  /** Cookies are sent over https alone. */
  readonly isSecure: boolean;
  readonly log: (line: string) => void;
}

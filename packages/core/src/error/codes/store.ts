/** Error codes of the store: starting PostgreSQL, migrations, the ledger. */
import type { ErrorCodeRow } from "../error-code.ts";

export const STORE_CODES = {} as const satisfies Record<string, ErrorCodeRow>;

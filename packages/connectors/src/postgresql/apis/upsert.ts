/** See database-apis.ts. */
export { upsertApi as api } from "../../database-apis.ts";

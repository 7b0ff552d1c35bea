/** See database-apis.ts. */
export { batchExecuteApi as api } from "../../database-apis.ts";

/** See database-apis.ts. */
export { executeApi as api } from "../../database-apis.ts";

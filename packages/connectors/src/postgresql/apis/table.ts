/** See database-apis.ts. */
export { tableApi as api } from "../../database-apis.ts";

/** See database-apis.ts. */
export { queryApi as api } from "../../database-apis.ts";

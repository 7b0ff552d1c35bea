/** See database-apis.ts. */
export { insertApi as api } from "../../database-apis.ts";

/** See database-apis.ts. */
export { selectApi as api } from "../../database-apis.ts";

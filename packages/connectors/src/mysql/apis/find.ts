/** See database-apis.ts. */
export { findApi as api } from "../../database-apis.ts";

/** A call: from the API's shape to a request plan, from a reply to a verdict. */
export * from "./shape.ts";
export * from "./verdict.ts";
export { checkConnector } from "./check-connector.ts";
export { declaredSession, lostRules, sessionRule } from "./declared-session.ts";
export { asLists, emptyRows } from "./lists.ts";
export { writeXml } from "./write-xml.ts";
export { readMissing, type MissingCode } from "./missing.ts";

/** A call: from the API's shape to a request plan, from a reply to a verdict. */
export * from "./shape.ts";
export * from "./verdict.ts";

/** Schemas: fields, and the check of a document. */
export * from "./document.ts";
export * from "./field.ts";
export { plainWords, type PlainWords } from "./plain-words.ts";
export { maskedAt, maskedJson, maskedText, maskPersonal, personalFields, type IsPersonal } from "./personal.ts";

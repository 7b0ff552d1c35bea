/** Comparing what a flow would write with what another system wrote, or with what it would have written before a change. */
export { changedFields, fieldOf, type FieldChange } from "./changed-fields.ts";
export { compareDocuments, type Compared, type DocumentComparison, type FieldDifference } from "./compare-documents.ts";
export { requestsIn } from "./requests-in.ts";
export { readBackColumns, documentOfRows, type ReadBackColumns } from "./read-back-columns.ts";

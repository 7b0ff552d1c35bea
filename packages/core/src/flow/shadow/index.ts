/** Comparing what a flow would write with what another system wrote. */
export { compareDocuments, type Compared, type DocumentComparison, type FieldDifference } from "./compare-documents.ts";
export { requestsIn } from "./requests-in.ts";
export { readBackColumns, documentOfRows, type ReadBackColumns } from "./read-back-columns.ts";

/** Transform: conditions, restructuring, the value language, mapping. */
export { castValue, type CastResult } from "./cast.ts";
export * from "./condition.ts";
export { evaluateOnce, withPlainNumbers, type Evaluation, type EvaluationInput, type EvaluationStep } from "./evaluate-once.ts";
export { FUNCTIONS, type FunctionRow } from "./expression-function.ts";
export { FILTERS, type FilterRow } from "./filter.ts";
export { LOOKUP_OPERATORS, type LookupOperator } from "./lookup-condition.ts";
export { answerFrom, collectionAnswers, GivenAnswers, LookupQuestions } from "./lookup-answers.ts";
export { keysOfRow, storedPathOf, toStoredRow, type StoredPath, type StoredRow } from "./lookup-row.ts";
export type { Lookup, LookupAnswer, LookupAnswers, LookupQuestion, LookupTrace } from "./lookup.ts";
export { GLOBALS, globalsOf, type GlobalRow, type Globals, type GlobalsInput } from "./globals.ts";
export * from "./map.ts";
export { PARSERS, type ParserRow } from "./parser.ts";
export * from "./restructure.ts";
export { compileStaticMap, type MappedValue } from "./static-map.ts";
export { compileValue, evaluateValue, referencesOf, type CompiledValue } from "./template-compile.ts";
export { parseTemplate, printTemplate, type FilterCall, type Placeholder, type TemplatePart, type TemplateText } from "./template-parse.ts";
export type { LookupPolicy } from "./template-error.ts";
export type { Reference, Scope, ScopeElement } from "./template-reference.ts";

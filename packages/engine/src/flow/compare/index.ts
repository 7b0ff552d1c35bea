/** A change of a flow tried on bills that it had. */
export {
  compareFlows,
  type ChangedField,
  type ComparedBill,
  type CompareOptions,
  type Fate,
  type FlowComparison,
} from "./compare-flows.ts";
export { sampleRetry, type RetrySample } from "./sample-retry.ts";

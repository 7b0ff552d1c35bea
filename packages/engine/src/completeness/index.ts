/** Completeness: certificates of closed windows, gaps, refills (补漏), and pulling single bills. */
export {
  coverageOf,
  flowGaps,
  listCertificates,
  readsOf,
  GAPS_MAX,
  type CertificatePage,
  type Coverage,
  type CoverageDay,
  type Gap,
  type Reads,
} from "./coverage.ts";
export { estimateRefill, type RefillEstimate } from "./estimate.ts";
export { checkByNumber, pullBills } from "./pull-bills.ts";
export {
  beginRefill,
  holdRefill,
  listRefills,
  showRefill,
  stopRefill,
  takeUpRefills,
  workRefill,
  type BegunRefill,
  type Refill,
  type RefillOptions,
} from "./refill.ts";
export { whenFree } from "./when-free.ts";
export type { CertificateRow as Certificate } from "../store/certificate-rows.ts";

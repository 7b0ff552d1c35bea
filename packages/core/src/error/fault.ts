/**
 * The five classes of failure, and what the engine does about each. The class, not the message, decides.
 *
 * transient: the other side is unwell or the line broke before anything was sent; wait and try again.
 * throttled: too many calls; wait as told, it does not count as an attempt.
 * rejected: the other side understood and said no; trying the same again gives the same; a person must look.
 * uncertain: sent, and no answer that tells whether it was taken; ask the target (probe) before anything else.
 * defect: we or the documents are wrong; stop.
 */
export type FaultClass = "transient" | "throttled" | "rejected" | "uncertain" | "defect";

/** Vendor refusals by business cause: data of the connector, shown to people and used by retry rules. */
export type FaultCause =
  | "duplicate"
  | "missing-master-data"
  | "negative-stock"
  | "period-closed"
  | "permission"
  | "required-field"
  | "in-use"
  | "credentials"
  | "session-lost"
  | "parameter"
  | "other";

/** What to do with a write that ended in a fault. `probe` asks the target first; `hold` leaves it to a person. */
export type Reaction = "retry" | "wait" | "stop" | "probe";

/** The one reaction table. */
export const REACTIONS: Readonly<Record<FaultClass, Reaction>> = {
  transient: "retry",
  throttled: "wait",
  rejected: "stop",
  uncertain: "probe",
  defect: "stop",
};

/** The switches of the 巨益OMS simulator: assumptions about the vendor and differences between its releases; see README.md. */
export const GREATONCE_DEFAULTS = {
  /** How far `timestamp` may be off, either way, in seconds. */
  timestampWindowS: 600,
  /** Calls per second and app; no public figure exists. */
  callsPerSecond: 20,
  limitCode: "429",
  /** Whether `add` on a present code and `update` on an absent one are carried out instead of refused. */
  upsert: false,
  duplicateCode: "1001",
  duplicateText: "分销商编码已存在",
  /** Name of the assumed distributor query; empty for a tenant that has none. */
  queryMethod: "greatonce.distributor.list",
  /** Which keys tell success: `flag` (Qimen-like), `code` (as the stock query answers) or `status` (release 3.0). */
  answerForm: "flag",
};

/** The switches with their values. */
export type GreatonceSettings = Readonly<typeof GREATONCE_DEFAULTS>;

/** The switches that are a choice. */
export const GREATONCE_CHOICES = { answerForm: ["flag", "code", "status"] } as const;

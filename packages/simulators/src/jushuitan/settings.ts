/**
 * The switches of the pretend 聚水潭, one for every fact that the protocol notes only assume.
 *
 * Times end in S (seconds) because the vendor counts in seconds. A rate of 0 turns that limit off.
 */
export const JUSHUITAN_SETTINGS = {
  /** Code 199 above this many calls in any second, per app. */
  callsPerSecond: 5,
  /** Code 200 above this many calls in any minute, per app. */
  callsPerMinute: 100,
  /** `expires_in` of a fresh access token; the public sources disagree between a day and a month. */
  expiresInS: 86_400,
  /** How long the token before a refresh goes on working. */
  graceS: 0,
  /** True leaves the refresh token as it is at a refresh; by default it is renewed and the old one dies after `graceS`. */
  keepRefreshToken: false,
  /** True makes every app a service provider's, which may not refresh for itself (code 150). */
  serviceProvider: false,
  /** A second live document with one external_id: `refuse` or `return-old` (its io_id comes back, nothing is written). */
  duplicate: "refuse",
  /** Shape of the upload's answer: `a` is data.data, `b` is a list. Both are on record. */
  answer: "a",
  /** The documents say qty is a whole number; customers map decimal quantities of their ERP into it, so decimals pass by default (assumed). */
  allowDecimalQty: true,
  /** Whether a confirmed document may be cancelled (assumed not). */
  cancelConfirmed: false,
  /** 其它出入库 documents that somebody typed in before the start. */
  typedIn: 0,
  /** How many of the world's materials, and of its suppliers, are known as goods and suppliers from the start. */
  goods: 200,
  suppliers: 3,
  /** Goods that only this system has, B-001 and on. */
  ownGoods: 0,
  /** The code of every refusal that the vendor's code table does not list (assumed). */
  businessCode: 130,
};

export type JushuitanSettings = typeof JUSHUITAN_SETTINGS;

/**
 * The switches of the pretend 旺店通, one for every fact that the protocol notes only assume.
 */
export const WANGDIANTONG_SETTINGS = {
  /** TOP's code 7 above this many calls of one app in any second; 0 turns the limit off. */
  callsPerSecond: 20,
  /** Calls per minute on each of the two direct interfaces; 0 turns the limit off. */
  directCallsPerMinute: 60,
  /** Limits seen for page_size run from 30 to 100. */
  pageSizeMax: 100,
  /** True gives total_count on page 0 only, as the direct interface does; by default 奇门 gives it on every page (assumed). */
  onlyFirst: false,
  /** 企业版 direct: some public clients count lengths in bytes. They pass, and `data("warnings")` tells of them. */
  acceptByteLengths: true,
};

export type WangdiantongSettings = typeof WANGDIANTONG_SETTINGS;

/**
 * The switches of the pretend 聚水潭 on 奇门, one for every fact that the protocol notes only assume.
 */
export const JUSHUITAN_QIMEN_SETTINGS = {
  /** TOP's code 7 above this many calls of one app in any second; 0 turns the limit off. */
  callsPerSecond: 20,
  /** The official table says 100; another public page says 50. */
  pageSizeMax: 100,
  /** Whether rows with exactly the asked `start_ts` come again (assumed). */
  cursorInclusive: true,
};

export type JushuitanQimenSettings = typeof JUSHUITAN_QIMEN_SETTINGS;

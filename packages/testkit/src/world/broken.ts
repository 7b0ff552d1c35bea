/** A promise of the ledger that does not hold. It ends the history, whoever asked for the operation in which it was found. */
export class Broken extends Error {}

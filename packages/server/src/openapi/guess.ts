/** What an import could not read and took for likely: where it stands in the connector, and what a person should look at. */
export interface Guess {
  /** A pointer into the connector, such as `/apis/3/paging`. */
  readonly path: string;
  readonly zh: string;
  readonly en: string;
}

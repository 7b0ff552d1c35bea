/** What a check of a flow finds: a code of the table, a JSON pointer into the document, details for the texts. */
import { DatongError, type ErrorCode, type ErrorDetails } from "../../error/index.ts";

export interface FlowIssue {
  readonly code: ErrorCode;
  /** Such as `/mapping/3/children/0/value`. */
  readonly path: string;
  readonly details: ErrorDetails;
}

/** Takes the issues of one flow. */
export class IssueList {
  readonly issues: FlowIssue[] = [];
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  add(code: ErrorCode, path: string, details: ErrorDetails = {}): void {
    this.issues.push({ code, path, details: { file: this.file, path, ...details } });
  }

  /** Runs something that compiles; a DatongError becomes an issue at the path and the result is undefined. */
  attempt<T>(path: string, run: () => T, details: ErrorDetails = {}): T | undefined {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof DatongError)) throw error;
      this.add(error.code, path, { ...error.details, ...details, path });
      return undefined;
    }
  }
}

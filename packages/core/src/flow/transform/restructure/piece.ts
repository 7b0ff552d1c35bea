/**
 * What the steps hand on: a bill in the making, its place among its record's pieces, and where its rows and lines came from.
 * Also the notes that steps make on the way: issues and drops.
 */
import type { ErrorCode } from "../../../error/codes.ts";
import type { ErrorDetails } from "../../../error/datong-error.ts";
import type { Json, JsonObject } from "../../../value/json.ts";

/** One source record with the rows of it (from 0) that went into a bill. */
export interface BillSource {
  readonly key: string;
  readonly number: string;
  readonly rowIndexes: readonly number[];
}

/** One source row of a line: `source` counts in the bill's `sources`, `rowIndex` in that record's rows, both from 0. */
export interface LineSource {
  readonly source: number;
  readonly rowIndex: number;
}

/** For each field that holds lines: per line the source rows it was made of. */
export type LineSources = Readonly<Record<string, readonly (readonly LineSource[])[]>>;

/** One number of the piece id. A trailing 1 is left out where one piece is the usual case (`quiet`), so a record that grows keeps its ids. */
export interface Segment {
  readonly number: number;
  readonly quiet: boolean;
}

export interface Piece {
  readonly row: JsonObject;
  readonly segments: readonly Segment[];
  readonly sources: readonly BillSource[];
  readonly lineSources: LineSources;
  readonly distinctKey?: string | undefined;
  readonly mergeKey?: string | undefined;
}

/** Something that makes the records it names unfit to be written; their bills are still there for the preview. */
export interface Issue {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** Place and kind of the step: `restructure[2] spread`. */
  readonly step: string;
  /** The piece's id at that step; later steps may split the piece or put it together with others. */
  readonly part: string;
  /** Keys of the source records. */
  readonly keys: readonly string[];
}

/** A bill or a line that a step left out on purpose. */
export interface Dropped {
  readonly step: string;
  readonly part: string;
  readonly keys: readonly string[];
  readonly reason: "filter" | "duplicate" | "empty";
  /** The rule of the filter, the key of the duplicate, the path that was empty. */
  readonly name: string;
  /** The bill as it was; for a line, the line alone in `line`. */
  readonly row?: JsonObject;
  readonly line?: { readonly path: string; readonly indexes: readonly number[]; readonly value: Json };
}

/** Values that expressions can see beside the row, and the zone of wall times. */
export interface RestructureScope {
  readonly globals: Readonly<Record<string, Json>>;
  readonly zone: string;
  /** Nobody asks which rows a bill and its lines were made of: `sources` name their records without rows, `lineSources` are left out. */
  readonly untraced?: boolean;
}

/** What a step works with besides the pieces. */
export interface StepContext {
  readonly step: string;
  readonly scope: RestructureScope;
  issue(piece: Piece, code: ErrorCode, details: ErrorDetails): void;
  drop(piece: Piece, reason: Dropped["reason"], name: string, line?: Dropped["line"]): void;
}

/** A compiled step: pieces in, pieces out, in a stable order. */
export type StepRunner = (pieces: readonly Piece[], context: StepContext) => readonly Piece[];

/** The places of lines that nobody asks about. */
export const UNTRACED: LineSources = {};

const SEGMENTS_MAX = 200;
const quietSegments: (readonly Segment[])[] = [];
const loudSegments: (readonly Segment[])[] = [];

/** A piece id of one number. Those of small numbers are made once: every row of every record begins with one. */
export function oneSegment(number: number, quiet: boolean): readonly Segment[] {
  if (number > SEGMENTS_MAX) return [{ number, quiet }];
  return ((quiet ? quietSegments : loudSegments)[number] ??= [{ number, quiet }]);
}

/** The piece id: "" for a whole record, else numbers joined by dots. */
export function partText(segments: readonly Segment[]): string {
  let length = segments.length;
  while (length > 0 && segments[length - 1]?.quiet === true && segments[length - 1]?.number === 1) length -= 1;
  if (length === 0) return "";
  return segments
    .slice(0, length)
    .map((segment) => segment.number)
    .join(".");
}

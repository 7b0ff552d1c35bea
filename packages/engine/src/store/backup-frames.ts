/**
 * The backup file's form: a zstd stream of frames, each one byte of type, four bytes of length (big-endian), and the payload.
 *
 * `H` header (JSON), then for every table `T` (JSON: name and columns), any number of `D` (rows as COPY's text form writes them) and
 * `E` (JSON: rows, bytes, sha256 of the data), at last `Z` (JSON: the tables' counts again). A file without its `Z` was cut off.
 */
import { DatongError } from "@datong/core";

export type FrameType = "H" | "T" | "D" | "E" | "Z";

export interface Frame {
  readonly type: FrameType;
  readonly payload: Buffer;
}

export interface BackupHeader {
  readonly format: "datong-backup";
  readonly formatVersion: number;
  /** Epoch ms. */
  readonly madeAt: number;
  /** server_version_num of where it comes from; for people, nothing depends on it. */
  readonly serverVersion: number;
  /** What the schema was. */
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[];
  /** First instants (epoch ms) of the days that had a partition. */
  readonly days: readonly number[];
}

export interface TableHead {
  readonly table: string;
  readonly columns: readonly string[];
}

export interface TableEnd {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface BackupEnd {
  readonly tables: Readonly<Record<string, number>>;
}

export const FORMAT_VERSION = 1;
const HEAD_BYTES = 5;
const PAYLOAD_BYTES_MAX = 64 * 1024 * 1024;

export function frame(type: FrameType, payload: Buffer | object): Buffer {
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(type, 0, "latin1");
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Cuts a stream into frames again. `file` is for the error. */
export async function* framesOf(source: AsyncIterable<Buffer>, file: string): AsyncGenerator<Frame, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    while (rest.length - from >= HEAD_BYTES) {
      const type = rest.toString("latin1", from, from + 1);
      const length = rest.readUInt32BE(from + 1);
      if (!isFrameType(type) || length > PAYLOAD_BYTES_MAX) broken(file, "it is not a backup of Datong");
      if (rest.length - from < HEAD_BYTES + length) break;
      yield { type, payload: rest.subarray(from + HEAD_BYTES, from + HEAD_BYTES + length) };
      from += HEAD_BYTES + length;
    }
    rest = rest.subarray(from);
  }
  if (rest.length > 0) broken(file, "it ends in the middle");
}

/** The file cannot be used. */
export function broken(file: string, reason: string): never {
  throw new DatongError("STORE_BACKUP_BROKEN", { file, reason });
}

function isFrameType(text: string): text is FrameType {
  return ["H", "T", "D", "E", "Z"].includes(text);
}

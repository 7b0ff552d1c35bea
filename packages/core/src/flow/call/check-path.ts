/** Paths and signs of a connector that somebody wrote by hand. */
import type { Sign } from "../../connector/result.ts";
import { DatongError } from "../../error/index.ts";
import { parsePath } from "../../value/index.ts";
import type { IssueList } from "../check/issue.ts";

/** Adds a CONNECTOR_FLAW at a path, worded in both languages. */
export type Flaw = (path: string, zh: string, en: string) => void;

/** A sign has exactly one condition. */
export function checkSign(sign: Sign, where: string, list: IssueList, flaw: Flaw): void {
  checkPath(sign.path, `${where}/path`, list);
  if ((sign.in === undefined) === (sign.exists === undefined)) flaw(where, "in 与 exists 须恰有一个", "needs either `in` or `exists`");
}

/** A path is well formed; the empty one is the whole reply. */
export function checkPath(path: string, where: string, list: IssueList): void {
  if (path === "") return;
  try {
    parsePath(path);
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    // What is told is the path as written, not the place where it stands.
    list.add(error.code, where, { ...error.details, path });
  }
}

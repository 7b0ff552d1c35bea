/** Names in the templates of a connector: settings, parameters, session values and globals that there really are. */
import type { Connector } from "../../connector/connector.ts";
import type { Field } from "../../schema/field.ts";
import { didYouMean, nearestName } from "../../value/index.ts";
import type { IssueList } from "../check/issue.ts";
import { compileTree, treeReferences, type ShapeReference } from "./shape.ts";

/** Names that only a request knows, besides the globals of the value language. */
export const REQUEST_NAMES: readonly string[] = ["COLUMNS", "PAGINATION_CURSOR"];
const SIGN_NAMES: readonly string[] = ["NOW_MS", "NOW_S", "NOW_WALL", "NONCE", "SIGN"];

export interface NamesAt {
  /** What a name may begin with, such as `settings`. */
  readonly heads: readonly string[];
  readonly connector: Connector;
  readonly params?: readonly Field[];
  /** Undefined: any. */
  readonly session?: readonly string[] | undefined;
  /** True where the names of signatures hold too. */
  readonly sign?: boolean;
}

/** One text, or a tree of texts. */
export function checkTemplates(at: NamesAt & { readonly text: string; readonly path: string }, list: IssueList): void {
  const tree = list.attempt(at.path, () => compileTree(at.text, at.path));
  if (tree !== undefined) checkNames({ ...at, references: treeReferences(tree) }, list);
}

export function checkNames(at: NamesAt & { readonly references: readonly ShapeReference[] }, list: IssueList): void {
  for (const { path, isGlobal, at: where } of at.references) {
    if (isGlobal || REQUEST_NAMES.includes(path) || (at.sign === true && SIGN_NAMES.includes(path))) continue;
    const [head = "", ...rest] = path.split(/[.[]/);
    const member = rest[0];
    if (!at.heads.includes(head)) {
      const known = [...at.heads, ...REQUEST_NAMES, ...(at.sign === true ? SIGN_NAMES : [])];
      list.add("GLOBAL_UNKNOWN", where, { name: path, known: known.join(", "), ...didYouMean(nearestName(head, known)) });
    } else if (head === "settings" && member !== undefined) {
      const known = at.connector.settings.map((field) => field.field);
      if (!known.includes(member))
        list.add("SETTING_UNKNOWN", where, { name: member, system: at.connector.system, ...nearest(member, known) });
    } else if (head === "params" && member !== undefined && at.params !== undefined) {
      const known = at.params.map((field) => field.field);
      // A field's name may hold dots.
      if (!known.includes(member) && !known.includes(path.slice("params.".length)))
        list.add("PARAMETER_UNKNOWN", where, { field: member, api: "", ...nearest(member, known) });
    } else if (head === "session" && member !== undefined && at.session !== undefined && !at.session.includes(member)) {
      list.add("GLOBAL_UNKNOWN", where, { name: path, ...nearest(member, at.session) });
    }
  }
}

function nearest(name: string, known: readonly string[]) {
  return { known: known.join(", "), ...didYouMean(nearestName(name, known)) };
}

/** Templates as the server tells them: those that ship with the product, and the workspace's own. */
export interface Names {
  readonly zh: string;
  readonly en: string;
}

interface Side {
  readonly system: string;
  readonly api: string;
  readonly needs?: Names;
}

export interface Template {
  readonly id: string;
  readonly name: Names;
  readonly description: Names;
  readonly tags: readonly string[];
  readonly source: Side;
  readonly target: Side;
  readonly tables: readonly string[];
}

export interface OwnTemplate extends Template {
  readonly revision: number;
  readonly changedBy: string;
}

export function ownTemplatesKey(workspace: string): readonly string[] {
  return ["w", workspace, "templates"];
}

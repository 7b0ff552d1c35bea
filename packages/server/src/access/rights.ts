/** Roles and what they may do. One table; whoever asks for a right that is not in it has none. */
import { Type } from "typebox";

/** In a workspace, each role with all rights of those before it. */
export const ROLES = ["viewer", "operator", "implementer", "administrator", "owner"] as const;
export type Role = (typeof ROLES)[number];
export const RoleSchema = Type.Unsafe<Role>({
  type: "string",
  enum: [...ROLES],
  description:
    "查看者只看；运维执行与补救；实施改方案与连接；管理员管人员、密钥与审计；所有者全部 / viewer reads; operator runs and repairs; implementer changes flows and connections; administrator has people, keys and the audit log; owner all",
});

/** `view` reads, `operate` runs and repairs, `design` changes documents, `administer` people and keys, `own` the workspace itself. */
export type WorkspaceRight = "view" | "operate" | "design" | "administer" | "own";

/** Beside those: `public` needs nobody, `signed-in` anybody, `system` an administrator of the installation, `metrics` also a key with that scope. */
export type Right = WorkspaceRight | "public" | "signed-in" | "system" | "metrics";

const NEEDED: Readonly<Record<WorkspaceRight, Role>> = {
  view: "viewer",
  operate: "operator",
  design: "implementer",
  administer: "administrator",
  own: "owner",
};

export const SCOPES = ["metrics"] as const;

/** Who asks. A person has a role in some workspaces, an administrator of the installation is owner of all; a key has one role in one. */
export type Actor =
  | {
      readonly kind: "person";
      readonly id: string;
      readonly name: string;
      readonly isAdmin: boolean;
      readonly roles: ReadonlyMap<string, Role>;
    }
  | {
      readonly kind: "key";
      readonly id: string;
      readonly name: string;
      readonly workspace: string;
      readonly role: Role;
      readonly scopes: readonly string[];
    };

export function roleIn(actor: Actor, workspace: string): Role | null {
  if (actor.kind === "key") return actor.workspace === workspace ? actor.role : null;
  return actor.isAdmin ? "owner" : (actor.roles.get(workspace) ?? null);
}

/** True where one may give or take a role: nobody makes anybody more than he is himself. */
export function mayGive(actor: Actor, workspace: string, role: Role): boolean {
  const own = roleIn(actor, workspace);
  return own !== null && ROLES.indexOf(own) >= ROLES.indexOf(role);
}

/** Deny by default: a workspace that is not there and one that is somebody else's give the same answer. */
export function mayDo(actor: Actor, right: Exclude<Right, "public">, workspace: string | undefined): boolean {
  switch (right) {
    case "signed-in":
      return true;
    case "system":
      return actor.kind === "person" && actor.isAdmin;
    case "metrics":
      return actor.kind === "key" ? actor.scopes.includes("metrics") : actor.isAdmin;
    default: {
      const role = workspace === undefined ? null : roleIn(actor, workspace);
      return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(NEEDED[right]);
    }
  }
}

/** As it stands in the audit log: `person:zhang`, `key:wms`. */
export function actorName(actor: Actor): string {
  return `${actor.kind}:${actor.name}`;
}

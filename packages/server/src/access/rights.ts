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

/** The least role that has a right in a workspace; null: it is not by roles. */
export function roleNeeded(right: Right): Role | null {
  if (right === "signed-in") return "viewer";
  return Object.hasOwn(NEEDED, right) ? NEEDED[right as WorkspaceRight] : null;
}

/** What a key may do beside its role, or without one. */
export const SCOPES = ["metrics", "push"] as const;
export type Scope = (typeof SCOPES)[number];

/** Some flows of a workspace: those with one of the ids, and those with one of the tags. */
export interface FlowLimit {
  readonly flows: readonly string[];
  readonly tags: readonly string[];
}

export interface Grant {
  /** Null: a key that may only what its scopes say. */
  readonly role: Role | null;
  /** Null: every flow. Only viewers and operators are limited: who designs a flow can have it read the records of any other. */
  readonly limit: FlowLimit | null;
  /** Null: as the role has it. */
  readonly seesPersonal: boolean | null;
}

/** Who asks. A person has a role in some workspaces, an administrator of the installation is owner of all; a key has one role in one. */
export type Actor =
  | {
      readonly kind: "person";
      readonly id: string;
      readonly name: string;
      readonly isAdmin: boolean;
      readonly grants: ReadonlyMap<string, Grant>;
    }
  | {
      readonly kind: "key";
      readonly id: string;
      readonly name: string;
      readonly workspace: string;
      readonly grant: Grant;
      readonly scopes: readonly string[];
    };

const ALL: Grant = { role: "owner", limit: null, seesPersonal: true };

export function grantIn(actor: Actor, workspace: string): Grant | null {
  if (actor.kind === "key") return actor.workspace === workspace ? actor.grant : null;
  return actor.isAdmin ? ALL : (actor.grants.get(workspace) ?? null);
}

export function roleIn(actor: Actor, workspace: string): Role | null {
  return grantIn(actor, workspace)?.role ?? null;
}

/** Whether phone, address and their like are shown in clear: to those who design flows, unless their grant says otherwise. */
export function seesPersonal(actor: Actor, workspace: string): boolean {
  const grant = grantIn(actor, workspace);
  if (grant === null || grant.role === null) return false;
  return grant.seesPersonal ?? ROLES.indexOf(grant.role) >= ROLES.indexOf("implementer");
}

/** Roles that may be limited to some flows. */
export function mayBeLimited(role: Role | null): boolean {
  return role === null || role === "viewer" || role === "operator";
}

/** True where one may give or take a role: nobody makes anybody more than he is himself. */
export function mayGive(actor: Actor, workspace: string, role: Role): boolean {
  const own = roleIn(actor, workspace);
  return own !== null && ROLES.indexOf(own) >= ROLES.indexOf(role);
}

/** Deny by default: a workspace that is not there and one that is somebody else's give the same answer. `scope`: of a key that is enough too. */
export function mayDo(actor: Actor, right: Exclude<Right, "public">, workspace: string | undefined, scope?: Scope): boolean {
  if (scope !== undefined && actor.kind === "key" && actor.workspace === workspace && actor.scopes.includes(scope)) return true;
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

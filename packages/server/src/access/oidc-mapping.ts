/**
 * What a person who signs in elsewhere may do here, decided by one claim of his identity (groups, roles, department …). Written by an
 * administrator as `value=workspace:role`, many separated by commas, semicolons or lines; `value=admin` makes an administrator of the
 * installation, `*` stands for everybody who signs in.
 */
import { DatongError } from "@datong/core";
import { ROLES, type Role } from "./rights.ts";

export interface OidcMapping {
  readonly isAdmin: boolean;
  /** By workspace, the highest where several values give one. */
  readonly roles: ReadonlyMap<string, Role>;
}

export type OidcRule =
  { readonly value: string; readonly admin: true } | { readonly value: string; readonly workspace: string; readonly role: Role };

const EVERYBODY = "*";

/** Throws SETTING_WRONG with the part that cannot be read. */
export function readOidcRules(text: string): readonly OidcRule[] {
  return text
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(readRule);
}

function readRule(part: string): OidcRule {
  // A group's name may hold `=` itself, such as CN=erp,OU=it without its comma; the last one separates.
  const at = part.lastIndexOf("=");
  const [value, given] = [part.slice(0, Math.max(0, at)).trim(), part.slice(at + 1).trim()];
  if (value !== "" && given === "admin") return { value, admin: true };
  const [, workspace, word] = /^([a-z0-9][a-z0-9-]*):(\w+)$/.exec(given) ?? [];
  const role = ROLES.find((each) => each === word);
  if (value === "" || workspace === undefined || role === undefined)
    throw new DatongError("SETTING_WRONG", {
      name: "DATONG_OIDC_ROLES",
      given: part,
      expected: `value=workspace:role (${ROLES.join(", ")}), value=admin`,
    });
  return { value, workspace, role };
}

/** `claims` are those of a verified identity. */
export function mapClaims(rules: readonly OidcRule[], claims: Readonly<Record<string, unknown>>, claim: string): OidcMapping {
  const held = new Set(valuesOf(claims, claim));
  const roles = new Map<string, Role>();
  let isAdmin = false;
  for (const rule of rules) {
    if (rule.value !== EVERYBODY && !held.has(rule.value)) continue;
    if ("admin" in rule) isAdmin = true;
    else if (ROLES.indexOf(rule.role) > ROLES.indexOf(roles.get(rule.workspace) ?? "viewer") || !roles.has(rule.workspace))
      roles.set(rule.workspace, rule.role);
  }
  return { isAdmin, roles };
}

/** A claim by its name, or by its path with dots (`realm_access.roles`, as Keycloak has it): a text, or a list of texts. */
function valuesOf(claims: Readonly<Record<string, unknown>>, claim: string): readonly string[] {
  const path = Object.hasOwn(claims, claim) ? [claim] : claim.split(".");
  let found: unknown = claims;
  for (const step of path)
    found =
      typeof found === "object" && found !== null && Object.hasOwn(found, step) ? (found as Record<string, unknown>)[step] : undefined;
  const list: readonly unknown[] = Array.isArray(found) ? found : [found];
  return list.filter((each) => typeof each === "string");
}

/** What a member or a key may do, as it lies in the tables. */
import type { Grant, Role } from "../access/rights.ts";

export interface GrantRow {
  readonly role: Role | null;
  /** Both null: every flow. */
  readonly flows: readonly string[] | null;
  readonly tags: readonly string[] | null;
  readonly seesPersonal: boolean | null;
}

export function grantOf({ role, flows, tags, seesPersonal }: GrantRow): Grant {
  return { role, limit: flows === null && tags === null ? null : { flows: flows ?? [], tags: tags ?? [] }, seesPersonal };
}

export const GRANT_COLUMNS = `role, flows, tags, sees_personal as "seesPersonal"`;

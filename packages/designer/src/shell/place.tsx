/** Where the reader is: the workspace of the address and what he may do in it. The server refuses him anyway; this decides what is shown. */
import { createContext, use, useMemo, type ReactNode } from "react";
import { ROLES, type Me, type Role } from "../api/answers.ts";

/** `system`: of an administrator of the whole installation. */
export type Right = "operate" | "design" | "administer" | "own" | "system";
const NEEDED: Readonly<Record<Exclude<Right, "system">, Role>> = {
  operate: "operator",
  design: "implementer",
  administer: "administrator",
  own: "owner",
};

interface Given {
  readonly workspace: string;
  readonly role: Role;
  readonly me: Me;
}

interface Place extends Given {
  /** An address of the console in this workspace. */
  readonly to: (rest: string) => string;
  readonly may: (right: Right) => boolean;
}

const PlaceContext = createContext<Place | null>(null);

/** One object for as long as the place is the same: an address that changes its filter draws nothing anew for it. */
export function PlaceProvider({ workspace, role, me, children }: Given & { readonly children: ReactNode }) {
  const place = useMemo(
    (): Place => ({
      workspace,
      role,
      me,
      to: (rest) => `/w/${workspace}/${rest}`,
      may: (right) => (right === "system" ? me.isAdmin : ROLES.indexOf(role) >= ROLES.indexOf(NEEDED[right])),
    }),
    [workspace, role, me],
  );
  return <PlaceContext value={place}>{children}</PlaceContext>;
}

export function usePlace(): Place {
  const place = use(PlaceContext);
  if (place === null) throw new Error("outside of a workspace");
  return place;
}

export function recordPath(flow: string, key: string): string {
  return `records/${flow}/${encodeURIComponent(key)}`;
}

/** A flow's failures of one cause, as a list. */
export function failuresPath(flow: string, of: { readonly code: string | null; readonly cause: string | null }, status = "failed"): string {
  const query = new URLSearchParams({ flow, status });
  if (of.code !== null) query.set("code", of.code);
  if (of.cause !== null) query.set("cause", of.cause);
  return `records?${query.toString()}`;
}

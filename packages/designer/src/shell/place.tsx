/** Where the reader is: the workspace of the address and what he may do in it. The server refuses him anyway; this decides what is shown. */
import { createContext, use, type ReactNode } from "react";
import { ROLES, type Me, type Role } from "../api/answers.ts";

type Right = "operate" | "design" | "administer" | "own";
const NEEDED: Readonly<Record<Right, Role>> = { operate: "operator", design: "implementer", administer: "administrator", own: "owner" };

interface Place {
  readonly workspace: string;
  readonly role: Role;
  readonly me: Me;
}

const PlaceContext = createContext<Place | null>(null);

export function PlaceProvider({ place, children }: { readonly place: Place; readonly children: ReactNode }) {
  return <PlaceContext value={place}>{children}</PlaceContext>;
}

export function usePlace() {
  const place = use(PlaceContext);
  if (place === null) throw new Error("outside of a workspace");
  const { workspace, role } = place;
  return {
    ...place,
    /** An address of the console in this workspace. */
    to: (rest: string): string => `/w/${workspace}/${rest}`,
    may: (right: Right): boolean => ROLES.indexOf(role) >= ROLES.indexOf(NEEDED[right]),
  };
}

export function recordPath(flow: string, key: string): string {
  return `records/${flow}/${encodeURIComponent(key)}`;
}

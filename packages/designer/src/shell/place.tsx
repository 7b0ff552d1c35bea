/** Where the reader is: the workspace of the address and what he may do in it. The server refuses him anyway; this decides what is shown. */
import { createContext, use, useMemo, type ReactNode } from "react";
import type { Me } from "../api/answers.ts";
import { DEEDS, OF_ALL_FLOWS, ROLES, type Deed } from "../api/deeds.ts";

interface Given {
  readonly member: Me["workspaces"][number];
  readonly me: Me;
}

interface Place extends Given {
  readonly workspace: string;
  /** An address of the console in this workspace. */
  readonly to: (rest: string) => string;
  /** Whether he may do all of these; what he may not is not shown. */
  readonly may: (...deeds: readonly Deed[]) => boolean;
}

const PlaceContext = createContext<Place | null>(null);

/** One object for as long as the place is the same: an address that changes its filter draws nothing anew for it. */
export function PlaceProvider({ member, me, children }: Given & { readonly children: ReactNode }) {
  const place = useMemo(
    (): Place => ({
      workspace: member.id,
      member,
      me,
      to: (rest) => `/w/${member.id}/${rest}`,
      may: (...deeds) =>
        deeds.every((deed) => {
          const needed = DEEDS[deed];
          if (needed === "system") return me.isAdmin;
          return ROLES.indexOf(member.role) >= ROLES.indexOf(needed) && !(member.isLimited && OF_ALL_FLOWS.has(deed));
        }),
    }),
    [member, me],
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

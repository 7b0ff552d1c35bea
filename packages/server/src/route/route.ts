/**
 * A route of the API: where it is, who may call it, what it takes and gives. OpenAPI, validation and rights come from this one description.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Static, TSchema } from "typebox";
import type { Sees } from "../access/flow-limit.ts";
import type { Actor, Right, Scope, WorkspaceRight } from "../access/rights.ts";
import type { Services } from "../services.ts";

export interface Call<P, Q, B> {
  readonly services: Services;
  /** Absent on public routes alone. */
  readonly actor: Actor;
  /** The workspace of the path; empty on routes outside of one. */
  readonly workspace: string;
  /** Which flows of the workspace the caller may see; a handler leaves the others out of what it tells. */
  readonly sees: Sees;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface Route {
  readonly id: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly tag: string;
  readonly zh: string;
  readonly en: string;
  readonly right: Right;
  /** What some bodies need besides, asked before anything of them is checked; null: nothing more. */
  readonly rightOf?: (body: unknown) => WorkspaceRight | null;
  /** A key with this scope in the workspace is let in too. */
  readonly scope?: Scope;
  /**
   * Whether people who are limited to some flows are let in: the handler keeps the others from them (`call.sees`), or nothing here is of
   * any flow; or whether they are let in to what the path names. Routes of one flow (`/flows/:id`) need not say it.
   */
  readonly forLimited?: true | ((params: Readonly<Record<string, string>>, sees: Sees) => boolean);
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** Of the answer; absent: 204 without a body. */
  readonly gives?: TSchema;
  /** Of the answer; JSON unless given. */
  readonly media?: string | readonly string[];
  readonly status?: number;
  /** Everything that it does is one transaction of `perform`: what was not noted as done was not done. */
  readonly isAtomic?: boolean;
  /** Of the body; two megabytes unless given. */
  readonly bodyBytesMax?: number;
  readonly handle: (call: Call<never, never, never>) => Promise<unknown>;
}

type Of<S> = S extends TSchema ? Static<S> : Record<string, never>;

/** The same with the types of its schemas. */
export function route<P extends TSchema | undefined, Q extends TSchema | undefined, B extends TSchema | undefined>(
  described: Omit<Route, "handle" | "params" | "query" | "body"> & {
    readonly params?: P;
    readonly query?: Q;
    readonly body?: B;
    readonly handle: (call: Call<Of<P>, Of<Q>, Of<B>>) => Promise<unknown>;
  },
): Route {
  return described as unknown as Route;
}

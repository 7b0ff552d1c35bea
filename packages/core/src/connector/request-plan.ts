/**
 * A call as plain data, before it is sent, and its reply as plain data, before it is judged.
 * The order of query and form pairs is kept; header names are as the vendor writes them.
 */
import type { Json } from "../value/json.ts";

export type Pair = readonly [name: string, value: string];

export interface RequestPlan {
  readonly method: string;
  /** Relative to the connection's URL; or absolute (`https://…`), allowed only for hosts that the connection lists. */
  readonly path: string;
  readonly query: readonly Pair[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body:
    | { readonly kind: "none" }
    | { readonly kind: "json"; readonly text: string }
    | { readonly kind: "form"; readonly pairs: readonly Pair[] }
    /** Sent in the content type's charset. */
    | { readonly kind: "text"; readonly text: string; readonly contentType: string };
}

export interface Reply {
  readonly status: number;
  /** Lower-case names; several Set-Cookie lines are joined by line feeds. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as a value, read as the API declares (JSON, XML); undefined where it cannot be read. */
  readonly json: Json | undefined;
  /** Why a body that had to be XML could not be read; tells it from one that had to be JSON. */
  readonly notXml?: string;
  /** The absolute address of the next page, where the API pages by links and the reply names one. */
  readonly next?: string;
}

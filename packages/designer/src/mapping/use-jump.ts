/** An address that names a field (`?field=warehouse`) opens the mapping at it, once. */
import { useEffect, useRef } from "react";
import { useSearchParams } from "react-router";
import type { GridRow } from "./grid-rows.ts";

export function useJump(rows: readonly GridRow[], goTo: (key: string) => void): void {
  const [params] = useSearchParams();
  const field = params.get("field");
  const gone = useRef<string | null>(null);
  const isThere = field !== null && rows.some(({ key }) => key === field);
  useEffect(() => {
    if (field === null || !isThere || gone.current === field) return;
    gone.current = field;
    goTo(field);
  }, [field, goTo, isThere]);
}

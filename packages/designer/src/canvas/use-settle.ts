/** Moves are told when they have come to rest: after a drag, or a moment after the last key. */
import { useEffect, useMemo, useRef } from "react";
import type { CanvasNode, Place } from "./model.ts";
import type { Acts } from "./use-acts.ts";

const REST_MS = 500;

export function useSettle(acts: Acts, getNode: (id: string) => CanvasNode | undefined) {
  const before = useRef(new Map<string, Place>());
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const given = useRef(acts);
  given.current = acts;
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  return useMemo(() => {
    const rest = (): void => {
      const began = [...before.current].filter(([id, at]) => {
        const now = getNode(id)?.position;
        return now !== undefined && (now.x !== at.x || now.y !== at.y);
      });
      before.current = new Map();
      const after = (id: string): Place => getNode(id)?.position ?? { x: 0, y: 0 };
      const notes = began.filter(([id]) => id.startsWith("n:"));
      const others = began.filter(([id]) => !id.startsWith("n:"));
      const noteAt = (id: string, at: Place) => {
        const node = getNode(id);
        return { x: at.x, y: at.y, text: node?.type === "note" ? node.data.text : "" };
      };
      if (notes.length > 0)
        void given.current.setNotes(
          Object.fromEntries(notes.map(([id]) => [id, noteAt(id, after(id))])),
          Object.fromEntries(notes.map(([id, at]) => [id, noteAt(id, at)])),
        );
      if (others.length > 0) void given.current.moved(new Map(others), new Map(others.map(([id]) => [id, after(id)])));
    };
    return {
      note: (id: string, isDragging: boolean): void => {
        const at = getNode(id)?.position;
        if (at !== undefined && !before.current.has(id)) before.current.set(id, { ...at });
        if (timer.current !== null) clearTimeout(timer.current);
        timer.current = isDragging ? null : setTimeout(rest, REST_MS);
      },
    };
  }, [getNode]);
}

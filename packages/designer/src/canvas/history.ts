/** What was done on a canvas, to be undone and done again, in order. An act may take time and may fail: then it stays where it is and says why. */
import { useCallback, useMemo, useRef, useState } from "react";

export interface Act {
  readonly undo: () => Promise<void>;
  readonly redo: () => Promise<void>;
}

export interface History {
  readonly did: (act: Act) => void;
  readonly undo: () => Promise<void>;
  readonly redo: () => Promise<void>;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

const STEPS = 50;

export function useHistory(onError: (error: unknown) => void): History {
  const past = useRef<Act[]>([]);
  const future = useRef<Act[]>([]);
  const busy = useRef(false);
  const [, setTurn] = useState(0);
  const step = useCallback(
    async (from: Act[], to: Act[], how: keyof Act): Promise<void> => {
      const act = from.at(-1);
      if (act === undefined || busy.current) return;
      busy.current = true;
      try {
        await act[how]();
        // By itself: something else may have been done meanwhile.
        from.splice(from.lastIndexOf(act), 1);
        to.push(act);
      } catch (error) {
        onError(error);
      }
      busy.current = false;
      setTurn((turn) => turn + 1);
    },
    [onError],
  );
  const did = useCallback((act: Act): void => {
    past.current.push(act);
    if (past.current.length > STEPS) past.current.shift();
    future.current.length = 0;
    setTurn((turn) => turn + 1);
  }, []);
  const undo = useCallback(() => step(past.current, future.current, "undo"), [step]);
  const redo = useCallback(() => step(future.current, past.current, "redo"), [step]);
  const [canUndo, canRedo] = [past.current.length > 0, future.current.length > 0];
  return useMemo(() => ({ did, undo, redo, canUndo, canRedo }), [did, undo, redo, canUndo, canRedo]);
}

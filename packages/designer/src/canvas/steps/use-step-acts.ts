/** What people do to the steps; each is one step of the draft's undo. `pick` selects the step at a place afterwards. */
import { useMemo } from "react";
import type { Edit, LooseFlow } from "../../flow/draft.ts";
import { stepsOf, STEPS_PATH, type LooseStep } from "./model.ts";

export interface StepActs {
  readonly move: (from: number, to: number) => void;
  readonly toggle: (index: number) => void;
  readonly insert: (step: LooseStep, at: number) => void;
  readonly remove: (index: number) => void;
}

export function useStepActs(flow: LooseFlow, edit: (edit: Edit) => void, pick: (index: number | null) => void): StepActs {
  return useMemo(() => {
    const steps = stepsOf(flow);
    return {
      move: (from, to) => {
        if (from === to || to < 0 || to >= steps.length) return;
        edit({ kind: "move", path: STEPS_PATH, from, to });
        pick(to);
      },
      toggle: (index) => edit({ kind: "set", path: [...STEPS_PATH, index, "off"], value: steps[index]?.off === true ? undefined : true }),
      insert: (step, at) => {
        const add = { kind: "add", path: STEPS_PATH, values: [step] } as const;
        const place = { kind: "move", path: STEPS_PATH, from: steps.length, to: at } as const;
        edit({ kind: "many", edits: at < steps.length ? [add, place] : [add] });
        pick(at);
      },
      remove: (index) => {
        // An empty list says nothing; the key goes with the last.
        edit({ kind: "remove", path: steps.length === 1 ? STEPS_PATH : [...STEPS_PATH, index] });
        pick(null);
      },
    };
  }, [edit, flow, pick]);
}

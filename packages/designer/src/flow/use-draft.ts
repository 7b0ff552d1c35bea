/** The draft of one flow: edited here, saved with the revision it was made from, checked by the server with every save. */
import { replaceEqualDeep, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useReducer, useRef, useState } from "react";
import type { FlowIssue } from "../api/ask.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { edited, newDraft, readDraft, type Draft, type Edit, type LooseFlow } from "./draft.ts";

export interface Editing {
  readonly draft: Draft;
  readonly flow: LooseFlow | null;
  readonly edit: (edit: Edit) => void;
  readonly revision: number;
  readonly isSaved: boolean;
  readonly issues: readonly FlowIssue[];
  /** Gives the revision that is kept now; throws the server's refusal. */
  readonly save: (id?: string) => Promise<{ readonly revision: number; readonly issues: readonly FlowIssue[] }>;
}

interface Begin {
  readonly id: string;
  readonly text: string;
  readonly revision: number;
  readonly issues: readonly FlowIssue[];
  /** What stands in the editor at first, where that is not what is saved. */
  readonly typed?: string;
}

export function useDraft(workspace: string, begin: Begin): Editing {
  const [draft, edit] = useReducer(edited, begin.typed ?? begin.text, newDraft);
  const [kept, setKept] = useState({ text: begin.text, revision: begin.revision, issues: begin.issues });
  const queries = useQueryClient();
  // What an edit leaves alone stays the same object, so that what shows it need not be drawn anew.
  const before = useRef<LooseFlow | null>(null);
  const flow = useMemo(() => {
    const now = readDraft(draft.text).flow;
    before.current = now === null ? null : replaceEqualDeep(before.current, now);
    return before.current;
  }, [draft.text]);
  const save = useCallback(
    async (id = begin.id) => {
      if (kept.revision > 0 && kept.text === draft.text) return kept;
      const answer = await ask<{ revision: number; issues: readonly FlowIssue[] }>("PUT", workspacePath(workspace, `flows/${id}`), {
        body: { revision: kept.revision, text: draft.text },
      });
      const next = { text: draft.text, revision: answer.revision, issues: answer.issues };
      setKept(next);
      await queries.invalidateQueries({ queryKey: ["w", workspace, "flows"] });
      await queries.invalidateQueries({ queryKey: ["w", workspace, `flows/${id}/revisions`] });
      return next;
    },
    [begin.id, draft.text, kept, queries, workspace],
  );
  return { draft, flow, edit, revision: kept.revision, isSaved: kept.text === draft.text && kept.revision > 0, issues: kept.issues, save };
}

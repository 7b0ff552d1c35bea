/** Has a flow read single bills by their numbers, and waits for what came of it. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { RunView } from "../api/answers.ts";
import { ask, Problem, workspacePath } from "../api/ask.ts";
import { usePlace } from "../shell/place.tsx";

interface Pulled {
  readonly records: number;
  readonly unchanged: number;
  readonly added: number;
  readonly absent: readonly string[] | null;
}

const LOOK_MS = 400;

export function usePull(flow: string) {
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<Pulled | null>(null);
  const [error, setError] = useState<unknown>(null);
  const pull = async (numbers: readonly string[]): Promise<void> => {
    setBusy(true);
    setError(null);
    setResult(null);
    try {
      let run = await ask<RunView>("POST", workspacePath(workspace, `flows/${flow}/pull`), { body: { numbers } });
      while (run.state === "running") {
        await new Promise((resolve) => void setTimeout(resolve, LOOK_MS));
        run = await ask<RunView>("GET", workspacePath(workspace, `runs/${run.id}`));
      }
      if (run.problem !== null) throw new Problem(run.problem);
      setResult(run.result as unknown as Pulled);
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  return { pull, isBusy, result, error };
}

/** Asks the source for single bills by number and tells what came of it. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Input, Typography } from "antd";
import { useState } from "react";
import type { RunView } from "../../api/answers.ts";
import { ask, Problem, workspacePath } from "../../api/ask.ts";
import { useTexts } from "../../language/language.tsx";
import { reconcileTexts } from "../../language/reconcile-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";

interface Pulled {
  readonly records: number;
  readonly unchanged: number;
  readonly added: number;
  readonly absent: readonly string[] | null;
}

const LOOK_MS = 400;

export function PullBills({ flow }: { readonly flow: string }) {
  const text = useTexts(reconcileTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const [numbers, setNumbers] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<Pulled | null>(null);
  const [error, setError] = useState<unknown>(null);
  const list = [...new Set(numbers.split(/[\s,;，；、]+/).filter((each) => each !== ""))];
  const pull = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    setResult(null);
    try {
      let run = await ask<RunView>("POST", workspacePath(workspace, `flows/${flow}/pull`), { body: { numbers: list } });
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
  const absent = result?.absent ?? [];
  return (
    <Card size="small" title={text.pull}>
      <Flex vertical gap={8} style={{ maxWidth: 560 }}>
        <Typography.Text type="secondary">{text.pullHint}</Typography.Text>
        <Input.TextArea
          aria-label={text.pullNumbers}
          placeholder={text.pullNumbers}
          autoSize={{ minRows: 2, maxRows: 8 }}
          value={numbers}
          onChange={({ target }) => setNumbers(target.value)}
        />
        <div>
          <Button disabled={list.length === 0 || list.length > 500} loading={isBusy} onClick={() => void pull()}>
            {text.pullStart}
          </Button>
        </div>
        {result === null ? null : (
          <Alert
            type={absent.length === 0 ? "success" : "warning"}
            showIcon
            title={text.pulled(result.records, result.added, result.records - result.unchanged - result.added)}
            description={absent.length === 0 ? undefined : text.absent(absent.join(", "))}
          />
        )}
        {error === null ? null : <ProblemAlert error={error} />}
      </Flex>
    </Card>
  );
}

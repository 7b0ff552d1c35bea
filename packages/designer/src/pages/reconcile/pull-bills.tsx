/** Asks the source for single bills by number and tells what came of it. */
import { Alert, Button, Card, Flex, Input, Typography } from "antd";
import { useState } from "react";
import { useTexts } from "../../language/language.tsx";
import { reconcileTexts } from "../../language/reconcile-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePull } from "../../parts/use-pull.ts";

export function PullBills({ flow }: { readonly flow: string }) {
  const text = useTexts(reconcileTexts);
  const [numbers, setNumbers] = useState("");
  const { pull, isBusy, result, error } = usePull(flow);
  const list = [...new Set(numbers.split(/[\s,;，；、]+/).filter((each) => each !== ""))];
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
          <Button disabled={list.length === 0 || list.length > 500} loading={isBusy} onClick={() => void pull(list)}>
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

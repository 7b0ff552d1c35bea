/** What must be solved before the flow can be published, each with what to do and a jump to its place. */
import { Alert, Button, Flex, Typography } from "antd";
import type { FlowIssue } from "../api/ask.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";

interface IssueListProps {
  readonly issues: readonly FlowIssue[];
  readonly isSaved: boolean;
  readonly onJump: (issue: FlowIssue) => void;
}

export function IssueList({ issues, isSaved, onJump }: IssueListProps) {
  const text = useTexts(flowTexts);
  const { pick } = useLanguage();
  if (issues.length === 0) return null;
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBottom: 12 }}
      title={`${text.problems(issues.length)}${isSaved ? "" : ` · ${text.problemsStale}`}`}
      description={
        <Flex vertical gap={6} className="scrolls" style={{ maxHeight: 220, overflow: "auto" }} component="ul">
          {issues.map((issue, index) => (
            <li key={`${issue.path} ${issue.code} ${String(index)}`}>
              {pick(issue)} <Typography.Text type="secondary">{pick({ zh: issue.todoZh, en: issue.todoEn })}</Typography.Text>{" "}
              <span className="mono">{issue.path}</span>{" "}
              {issue.line === undefined ? null : (
                <Button type="link" size="small" onClick={() => onJump(issue)}>
                  {text.jump} · {text.atLine(issue.line)}
                </Button>
              )}
            </li>
          ))}
        </Flex>
      }
    />
  );
}

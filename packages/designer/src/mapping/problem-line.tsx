/** How many problems the mapping has; opened, each with a jump to its field. */
import { Alert, Button, Flex, Space } from "antd";
import { useState } from "react";
import { useTexts } from "../language/language.tsx";
import { mappingTexts } from "../language/mapping-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import type { MappingProblem } from "./problems.ts";

interface ProblemLineProps {
  readonly problems: readonly MappingProblem[];
  /** Required fields that are not in the mapping at all. */
  readonly absent: number;
  readonly isReadOnly: boolean;
  readonly onJump: (key: string) => void;
  readonly onAdd: () => void;
}

export function ProblemLine({ problems, absent, isReadOnly, onJump, onAdd }: ProblemLineProps) {
  const text = useTexts(mappingTexts);
  const words = useTexts(wordTexts);
  const [isOpen, setOpen] = useState(false);
  const missing = problems.filter((each) => each.isMissing).length;
  const others = problems.length - missing;
  if (problems.length === 0) return null;
  const title = [...(missing > 0 ? [text.missing(missing)] : []), ...(others > 0 ? [text.problems(others)] : [])].join(" · ");
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBottom: 12 }}
      title={title}
      action={
        <Space size={4}>
          {absent === 0 || isReadOnly ? null : (
            <Button size="small" onClick={onAdd}>
              {text.addMissing}
            </Button>
          )}
          <Button size="small" type="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? words.hide : words.show}
          </Button>
        </Space>
      }
      {...(isOpen
        ? {
            description: (
              <Flex
                vertical
                gap={2}
                component="ul"
                className="scrolls"
                style={{ maxHeight: 180, overflow: "auto", margin: 0, paddingInlineStart: 18 }}
              >
                {problems.map(({ key, name, what }) => (
                  <li key={key ?? what}>
                    {key === null ? null : (
                      <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={() => onJump(key)}>
                        {name}
                      </Button>
                    )}{" "}
                    {what}
                  </li>
                ))}
              </Flex>
            ),
          }
        : {})}
    />
  );
}

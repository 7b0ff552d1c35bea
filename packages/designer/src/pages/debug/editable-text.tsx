/** A stage's data: read, or edited and run on from. */
import { Button, Flex, Input, Tag, Typography } from "antd";
import { useState } from "react";
import { debugTexts } from "../../language/debug-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { MessageText, prettyMessage } from "../../parts/json-text.tsx";

interface EditableTextProps {
  readonly title: string;
  readonly text: string;
  readonly isEdited: boolean;
  readonly isBusy: boolean;
  /** It is seen above already: only the button is here until somebody edits. */
  readonly isFolded?: boolean;
  readonly onRun: (text: string) => void;
}

export function EditableText({ title, text, isEdited, isBusy, isFolded = false, onRun }: EditableTextProps) {
  const words = useTexts(debugTexts);
  const [typed, setTyped] = useState<string | null>(null);
  if (typed === null)
    return (
      <div>
        {isFolded ? null : <MessageText text={text} title={title} />}
        <Flex gap={8} align="center">
          <Button size="small" disabled={isBusy} onClick={() => setTyped(prettyMessage(text))}>
            {isFolded ? words.editOf(title) : words.edit}
          </Button>
          {isEdited ? <Tag color="gold">{words.edited}</Tag> : null}
        </Flex>
      </div>
    );
  return (
    <div>
      <Typography.Text strong>{title}</Typography.Text>
      <Input.TextArea
        aria-label={title}
        className="mono"
        autoSize={{ minRows: 6, maxRows: 24 }}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        spellCheck={false}
      />
      <Flex gap={8} style={{ marginTop: 6 }}>
        <Button
          type="primary"
          size="small"
          loading={isBusy}
          onClick={() => {
            onRun(typed);
            setTyped(null);
          }}
        >
          {words.runFrom}
        </Button>
        <Button size="small" onClick={() => setTyped(null)}>
          {words.cancel}
        </Button>
      </Flex>
    </div>
  );
}

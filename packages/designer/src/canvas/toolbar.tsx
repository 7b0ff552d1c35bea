/** Above the canvas: search, undo, auto-layout, notes, the table of keys. */
import { ApartmentOutlined, FileAddOutlined, QuestionCircleOutlined, RedoOutlined, SearchOutlined, UndoOutlined } from "@ant-design/icons";
import { Button, Flex, Input, Typography } from "antd";
import { memo } from "react";
import { canvasTexts } from "../language/canvas-texts.ts";
import { useTexts } from "../language/language.tsx";
import type { History } from "./history.ts";
import type { Search } from "./use-search.ts";

interface ToolbarProps {
  readonly search: Search;
  readonly isReadOnly: boolean;
  readonly history: History;
  readonly onArrange: () => void;
  readonly onNote: () => void;
  readonly onHelp: () => void;
}

export const Toolbar = memo(function Toolbar({ search, isReadOnly, history, onArrange, onNote, onHelp }: ToolbarProps) {
  const text = useTexts(canvasTexts);
  return (
    <Flex gap={8} align="center" wrap style={{ marginBottom: 8 }}>
      <Input
        ref={search.field}
        allowClear
        prefix={<SearchOutlined />}
        aria-label={text.find}
        placeholder={text.find}
        value={search.typed}
        style={{ width: 260 }}
        onChange={({ target }) => search.type(target.value)}
        onPressEnter={({ shiftKey }) => search.next(shiftKey ? -1 : 1)}
        onKeyDown={({ key }) => {
          if (key === "Escape") search.clear();
        }}
      />
      {search.found === null ? null : (
        <Typography.Text type="secondary" role="status">
          {search.count === 0 ? text.notFound : text.found(Math.max(0, search.at) + 1, search.count)}
        </Typography.Text>
      )}
      <span style={{ flex: 1 }} />
      {isReadOnly ? null : (
        <>
          <Button
            icon={<UndoOutlined />}
            aria-label={text.undo}
            title={text.undo}
            disabled={!history.canUndo}
            onClick={() => void history.undo()}
          />
          <Button
            icon={<RedoOutlined />}
            aria-label={text.redo}
            title={text.redo}
            disabled={!history.canRedo}
            onClick={() => void history.redo()}
          />
          <Button icon={<ApartmentOutlined />} onClick={onArrange}>
            {text.arrange}
          </Button>
          <Button icon={<FileAddOutlined />} onClick={onNote}>
            {text.note}
          </Button>
        </>
      )}
      <Button icon={<QuestionCircleOutlined />} onClick={onHelp}>
        {text.keys}
      </Button>
    </Flex>
  );
});

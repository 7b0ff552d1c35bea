/** One field that goes anywhere: typed, chosen with the arrows, gone to with Enter. */
import { SearchOutlined } from "@ant-design/icons";
import { Input, Modal, Tag, Typography } from "antd";
import { useDeferredValue, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTexts } from "../language/language.tsx";
import { paletteTexts } from "../language/palette-texts.ts";
import { usePinyin } from "../parts/pinyin.ts";
import { fitting, type Entry } from "./entries.ts";
import "./palette.css";
import { useBills, useEntries } from "./use-entries.ts";

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const text = useTexts(paletteTexts);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const wanted = useDeferredValue(typed);
  const toPinyin = usePinyin();
  const entries = useEntries();
  const { bills, isAsking } = useBills(wanted);
  const shown = [...bills.slice(0, -1), ...fitting(entries, wanted, toPinyin), ...bills.slice(-1)];
  const chosen = Math.min(at, shown.length - 1);
  const list = useRef<HTMLDivElement | null>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const go = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    onClose();
    entry.go();
  };
  const press = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by !== 0 && shown.length > 0) {
      event.preventDefault();
      setAt((chosen + by + shown.length) % shown.length);
    }
    // While a word is composed, Enter belongs to the input method.
    if (event.key === "Enter" && !event.nativeEvent.isComposing) go(shown[chosen]);
  };
  return (
    <Modal
      open
      mask={{ closable: true }}
      onCancel={onClose}
      footer={null}
      closable={false}
      title={text.open}
      width={640}
      style={{ top: 80 }}
    >
      <Input
        autoFocus
        size="large"
        variant="borderless"
        prefix={<SearchOutlined />}
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-label={text.placeholder}
        placeholder={text.placeholder}
        {...(shown[chosen] === undefined ? {} : { "aria-activedescendant": `palette-${chosen}` })}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <div ref={list} id="palette-list" role="listbox" aria-label={text.list} className="palette-list" tabIndex={-1}>
        {shown.map((entry, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are those of the field, which keeps the focus
          <div
            key={entry.id}
            id={`palette-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onMouseMove={() => setAt(index)}
            onClick={() => go(entry)}
          >
            <Tag>{text.groups[entry.kind]}</Tag>
            <span className="palette-label">{entry.label}</span>
            <span className="mono">{entry.about}</span>
          </div>
        ))}
        {shown.length === 0 && !isAsking ? (
          <Typography.Paragraph type="secondary" role="status" style={{ padding: 12 }}>
            {text.none}
            <br />
            {text.noneTodo}
          </Typography.Paragraph>
        ) : null}
      </div>
      <Typography.Text type="secondary" style={{ fontSize: 12 }}>
        {isAsking ? text.searching : text.hint}
      </Typography.Text>
    </Modal>
  );
}

/**
 * The value of a target field as it is typed: a plain input, so that a key redraws this field alone, with a list of what can be put in. What is
 * typed is in the draft once the field is left or Enter is pressed; results show meanwhile.
 */
import { memo, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { createPortal } from "react-dom";
import { FIELD_DRAG } from "./source-panel.tsx";
import { completions, type Completion, type Known } from "./completion.ts";

export interface ValueInputProps {
  readonly name: string;
  readonly label: string;
  /** What the draft says. */
  readonly kept: string;
  readonly isReadOnly: boolean;
  readonly isWrong: boolean;
  readonly placeholder: string;
  readonly known: () => Known;
  /** Every key, for results. Null: nothing differs from the draft. */
  readonly onType: (value: string | null) => void;
  readonly onKeep: (value: string) => void;
  readonly onFocus: () => void;
  /** To the field above or below. */
  readonly onStep: (by: -1 | 1) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onSettings: () => void;
}

export const ValueInput = memo(function ValueInput(props: ValueInputProps) {
  const { name, label, kept, isReadOnly, isWrong, placeholder, known, onType, onKeep, onFocus } = props;
  const [typed, setTyped] = useState(kept);
  const [cursor, setCursor] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(0);
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  // What is left without being kept, because the field is scrolled away or its tab is closed, is kept then.
  const last = useRef({ typed, kept, onKeep });
  last.current = { typed, kept, onKeep };
  // Handed on already, though the draft has not come back with it: a field that leaves the view just then must not be kept twice.
  const handed = useRef<string | null>(null);
  useEffect(() => {
    handed.current = null;
    setTyped(kept);
  }, [kept]);
  useEffect(
    () => () => {
      const { typed: left, kept: before, onKeep: keepIt } = last.current;
      if (left !== before && left !== handed.current) keepIt(left);
    },
    [],
  );
  const found = useMemo(() => (isOpen ? completions(typed, cursor, known()) : []), [isOpen, typed, cursor, known]);
  const type = (value: string, at: number): void => {
    setTyped(value);
    setCursor(at);
    setChosen(0);
    onType(value === kept ? null : value);
  };
  const keep = (value = typed): void => {
    setOpen(false);
    if (value !== kept && value !== handed.current) {
      handed.current = value;
      onKeep(value);
    }
    onType(null);
  };
  const take = (completion: Completion): void => {
    type(completion.value, completion.cursor);
    input.current?.focus();
    requestAnimationFrame(() => input.current?.setSelectionRange(completion.cursor, completion.cursor));
    setOpen(!/(\}\}|\s)$/.test(completion.value.slice(0, completion.cursor)) && !known().isList);
  };
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    const isListed = isOpen && found.length > 0;
    const done = keyDone(event, { ...props, isListed, take: () => take(found[chosen] ?? (found[0] as Completion)), keep, typed, kept });
    if (done === "open") setOpen(true);
    else if (done === "close") setOpen(false);
    else if (done === "revert") type(kept, kept.length);
    else if (done === "next") setChosen((chosen + 1) % found.length);
    else if (done === "before") setChosen((chosen + found.length - 1) % found.length);
    if (done !== "pass") event.preventDefault();
  };
  return (
    <>
      <input
        ref={input}
        className={`map-value mono${isOver ? " drop-on" : ""}${isWrong ? " is-wrong" : ""}`}
        role="combobox"
        aria-label={label}
        aria-expanded={isOpen && found.length > 0}
        aria-controls={isOpen && found.length > 0 ? list : undefined}
        aria-activedescendant={isOpen && found.length > 0 ? `${list}-${chosen}` : undefined}
        aria-autocomplete="list"
        aria-invalid={isWrong}
        data-value={name}
        data-dirty={typed === kept ? undefined : ""}
        autoComplete="off"
        spellCheck={false}
        readOnly={isReadOnly}
        placeholder={placeholder}
        value={typed}
        onChange={({ target }) => {
          type(target.value, target.selectionStart ?? target.value.length);
          setOpen(true);
        }}
        onFocus={({ target }) => {
          setCursor(target.selectionStart ?? 0);
          onFocus();
        }}
        onBlur={() => keep()}
        onKeyDown={press}
        // What is dropped the line takes.
        onDrop={() => setOver(false)}
        onDragLeave={() => setOver(false)}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes(FIELD_DRAG)) return;
          event.preventDefault();
          setOver(true);
        }}
      />
      {isOpen && found.length > 0 && input.current !== null ? (
        <Popup at={input.current} id={list} found={found} chosen={chosen} onTake={take} />
      ) : null}
    </>
  );
});

interface Pressed extends ValueInputProps {
  readonly isListed: boolean;
  readonly typed: string;
  readonly take: () => void;
  readonly keep: () => void;
}

type Done = "pass" | "taken" | "open" | "close" | "revert" | "next" | "before";

function keyDone(event: KeyboardEvent<HTMLInputElement>, at: Pressed): Done {
  const { key, altKey, ctrlKey, metaKey } = event;
  const by = key === "ArrowDown" ? 1 : -1;
  if (event.nativeEvent.isComposing) return "pass";
  if (altKey && (key === "ArrowDown" || key === "ArrowUp")) {
    at.onMove(by);
    return "taken";
  }
  if (altKey && key === "Enter") {
    at.onSettings();
    return "taken";
  }
  if (key === " " && ctrlKey) return "open";
  if (ctrlKey || metaKey || altKey) return "pass";
  if (key === "ArrowDown" || key === "ArrowUp") {
    if (at.isListed) return by === 1 ? "next" : "before";
    at.onStep(by);
    return "taken";
  }
  if (
    (key === "Enter" || key === "Tab") &&
    at.isListed &&
    at.typed.slice(0, event.currentTarget.selectionStart ?? 0).includes("{{", Math.max(0, at.typed.lastIndexOf("}}")))
  ) {
    at.take();
    return "taken";
  }
  if (key === "Enter") {
    if (at.isListed && at.typed !== at.kept && at.typed.trim() !== "") {
      at.keep();
      return "taken";
    }
    at.keep();
    at.onStep(1);
    return "taken";
  }
  if (key !== "Escape") return "pass";
  return at.isListed ? "close" : "revert";
}

interface PopupProps {
  readonly at: HTMLInputElement;
  readonly id: string;
  readonly found: readonly Completion[];
  readonly chosen: number;
  readonly onTake: (completion: Completion) => void;
}

const POPUP_HEIGHT = 260;

function Popup({ at, id, found, chosen, onTake }: PopupProps) {
  const box = at.getBoundingClientRect();
  const isAbove = box.bottom + POPUP_HEIGHT > innerHeight && box.top > POPUP_HEIGHT;
  const place = isAbove ? { bottom: innerHeight - box.top + 2 } : { top: box.bottom + 2 };
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    shown.current?.querySelector(`[aria-selected="true"]`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return createPortal(
    <div
      ref={shown}
      id={id}
      role="listbox"
      aria-label={at.getAttribute("aria-label") ?? ""}
      className="map-popup"
      style={{ ...place, left: Math.min(box.left, innerWidth - 460), minWidth: Math.max(box.width, 320) }}
    >
      {found.map((each, index) => (
        <div
          key={`${each.show} ${each.value}`}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          className="map-option"
          // Before the input loses the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(each);
          }}
        >
          <span className="mono">{each.show}</span>
          <span className="map-help">{each.help}</span>
        </div>
      ))}
    </div>,
    document.body,
  );
}

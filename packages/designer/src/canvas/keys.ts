/** The canvas's keys. They act while nothing is typed into and no dialog is open; the list people see is in the texts. */
import { useEffect } from "react";

export interface KeyActs {
  readonly undo: () => void;
  readonly redo: () => void;
  readonly copy: () => void;
  readonly cut: () => void;
  readonly duplicate: () => void;
  readonly paste: (text: string) => void;
  readonly remove: () => void;
  readonly selectAll: () => void;
  readonly find: () => void;
  readonly save: () => void;
  readonly fit: () => void;
  readonly actualSize: () => void;
  readonly zoom: (by: 1 | -1) => void;
  readonly help: () => void;
  readonly escape: () => void;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function isElsewhere(event: Event): boolean {
  return isTyping(event.target) || document.querySelector(".ant-modal-wrap:not([style*='display: none'])") !== null;
}

const WITH_CONTROL: Readonly<Record<string, keyof Omit<KeyActs, "paste" | "zoom">>> = {
  z: "undo",
  y: "redo",
  c: "copy",
  x: "cut",
  d: "duplicate",
  a: "selectAll",
  f: "find",
  s: "save",
};
const ALONE: Readonly<Record<string, keyof Omit<KeyActs, "paste" | "zoom">>> = {
  Delete: "remove",
  Backspace: "remove",
  "0": "actualSize",
  "1": "fit",
  f: "fit",
  F: "fit",
  "?": "help",
  Escape: "escape",
};

export function useCanvasKeys(acts: KeyActs): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const isControl = event.ctrlKey || event.metaKey;
      // Found also from within the field that is typed into.
      if (isElsewhere(event) && !(isControl && key === "f")) return;
      // Text that was marked is copied as text.
      if (isControl && (key === "c" || key === "x") && !(getSelection()?.isCollapsed ?? true)) return;
      const name = isControl ? (key === "z" && event.shiftKey ? "redo" : WITH_CONTROL[key]) : ALONE[event.key];
      if (name === undefined) {
        if (!isControl && (event.key === "+" || event.key === "=")) acts.zoom(1);
        if (!isControl && event.key === "-") acts.zoom(-1);
        return;
      }
      event.preventDefault();
      acts[name]();
    };
    const paste = (event: ClipboardEvent): void => {
      if (isElsewhere(event)) return;
      event.preventDefault();
      acts.paste(event.clipboardData?.getData("text/plain") ?? "");
    };
    addEventListener("keydown", press);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("keydown", press);
      removeEventListener("paste", paste);
    };
  }, [acts]);
}

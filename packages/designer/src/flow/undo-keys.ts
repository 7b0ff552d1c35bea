/** Ctrl-Z and Ctrl-Shift-Z (or Ctrl-Y) over the draft, wherever the cursor is; a value that is half typed and the source view undo by themselves. */
import { useEffect } from "react";
import type { Edit } from "./draft.ts";

export function useUndoKeys(edit: (edit: Edit) => void, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      const { target } = event;
      if (target instanceof HTMLElement && (target.closest(".cm-editor") !== null || Object.hasOwn(target.dataset, "dirty"))) return;
      event.preventDefault();
      edit({ kind: key === "y" || event.shiftKey ? "redo" : "undo" });
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [edit, isOn]);
}

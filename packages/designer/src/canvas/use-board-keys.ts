/** What each key does on the board, to what is selected there. */
import { useReactFlow } from "@xyflow/react";
import { App } from "antd";
import { canvasTexts } from "../language/canvas-texts.ts";
import { useTexts } from "../language/language.tsx";
import type { History } from "./history.ts";
import { useCanvasKeys } from "./keys.ts";
import type { CanvasNode } from "./model.ts";
import { FIT } from "./surface.tsx";
import type { Acts } from "./use-acts.ts";
import type { Search } from "./use-search.ts";

interface BoardKeysInput {
  readonly selected: readonly CanvasNode[];
  readonly isReadOnly: boolean;
  readonly history: History;
  readonly acts: Acts;
  readonly search: Search;
  /** Selects all, or none. */
  readonly pick: (isPicked: boolean) => void;
  readonly help: () => void;
}

export function useBoardKeys({ selected, isReadOnly, history, acts, search, pick, help }: BoardKeysInput): void {
  const text = useTexts(canvasTexts);
  const { message } = App.useApp();
  const board = useReactFlow<CanvasNode>();
  const flows = selected.flatMap((node) => (node.type === "flow" ? [node.data.flow.id] : []));
  const notes = selected.flatMap((node) => (node.type === "note" ? [{ id: node.id, ...node.position, text: node.data.text }] : []));
  const bare = notes.map(({ x, y, text: written }) => ({ x, y, text: written }));
  const remove = (): void => {
    const gone = Object.fromEntries(notes.map(({ id }) => [id, null]));
    if (notes.length > 0) void acts.setNotes(gone, Object.fromEntries(notes.map(({ id }, index) => [id, bare[index] ?? null])));
    acts.remove(flows);
  };
  const designing = (act: () => void) => (): void => {
    if (!isReadOnly) act();
  };
  useCanvasKeys({
    undo: designing(() => (history.canUndo ? void history.undo() : void message.info(text.nothingToUndo))),
    redo: designing(() => void history.redo()),
    copy: () => void acts.copy(flows, bare),
    cut: designing(() => void acts.copy(flows, bare).then(remove)),
    duplicate: designing(() => void acts.duplicate(flows, bare)),
    paste: (given) => designing(() => void acts.paste(given))(),
    remove: designing(remove),
    selectAll: () => pick(true),
    find: () => search.field.current?.focus(),
    save: () => void message.info(text.allSaved),
    fit: () => void board.fitView(FIT),
    actualSize: () => void board.zoomTo(1, { duration: 200 }),
    zoom: (by) => void (by === 1 ? board.zoomIn({ duration: 120 }) : board.zoomOut({ duration: 120 })),
    help,
    escape: () => {
      pick(false);
      search.clear();
    },
  });
}

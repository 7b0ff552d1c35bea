/** Search on the canvas: what fits stands out, Enter goes from one to the next. Names, ids, pinyin and initials. */
import type { ReactFlowInstance } from "@xyflow/react";
import type { InputRef } from "antd";
import { useCallback, useMemo, useRef, useState } from "react";
import { fitsTyped, usePinyin } from "../parts/pinyin.ts";
import type { CanvasNode } from "./model.ts";

/** `nodes`: as the server tells of them; where they stand does not matter here. */
export function useSearch(nodes: readonly CanvasNode[], board: ReactFlowInstance<CanvasNode>) {
  const field = useRef<InputRef | null>(null);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(-1);
  const toPinyin = usePinyin();
  const hits = useMemo(
    () => (typed.trim() === "" ? null : nodes.filter((node) => fitsTyped(namesOf(node), typed, toPinyin)).map(({ id }) => id)),
    [nodes, toPinyin, typed],
  );
  const found = useMemo(() => (hits === null ? null : new Set(hits)), [hits]);
  const type = useCallback((value: string): void => {
    setTyped(value);
    setAt(-1);
  }, []);
  return useMemo(
    () => ({
      field,
      typed,
      found,
      count: hits?.length ?? 0,
      at,
      type,
      next: (by: 1 | -1): void => {
        if (hits === null || hits.length === 0) return;
        const to = (at + by + hits.length) % hits.length;
        setAt(to);
        const node = board.getNode(hits[to] ?? "");
        if (node === undefined) return;
        const { x, y } = node.position;
        const zoom = Math.max(0.9, board.getZoom());
        void board.setCenter(x + (node.width ?? 190) / 2, y + (node.height ?? 60) / 2, { zoom, duration: 250 });
      },
      clear: (): void => type(""),
    }),
    [at, board, found, hits, type, typed],
  );
}

export type Search = ReturnType<typeof useSearch>;

function namesOf(node: CanvasNode): readonly string[] {
  switch (node.type) {
    case "system":
      return [node.data.connection, node.data.row?.name ?? "", node.data.systemName];
    case "flow":
      return [node.data.flow.id, node.data.flow.name ?? ""];
    default:
      return [node.data.text];
  }
}

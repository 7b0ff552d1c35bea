/** Search on the canvas: what fits stands out, Enter goes from one to the next. Names, ids, pinyin and initials. */
import type { ReactFlowInstance } from "@xyflow/react";
import type { InputRef } from "antd";
import { useMemo, useRef, useState } from "react";
import { fitsTyped, usePinyin } from "../parts/pinyin.ts";
import type { CanvasNode } from "./model.ts";

export function useSearch(nodes: readonly CanvasNode[], board: ReactFlowInstance<CanvasNode>) {
  const field = useRef<InputRef | null>(null);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(-1);
  const toPinyin = usePinyin();
  // Moving a node finds nothing new.
  const names = useRef<readonly (readonly [string, readonly string[]])[]>([]);
  names.current = nodes.map((node) => [node.id, namesOf(node)]);
  const key = names.current.map(([id, of]) => `${id}${of.join()}`).join("\n");
  const hits = useMemo(
    () => (typed.trim() === "" || key === "" ? null : names.current.filter(([, of]) => fitsTyped(of, typed, toPinyin)).map(([id]) => id)),
    [key, toPinyin, typed],
  );
  const found = useMemo(() => (hits === null ? null : new Set(hits)), [hits]);
  const next = (by: 1 | -1): void => {
    if (hits === null || hits.length === 0) return;
    const to = (at + by + hits.length) % hits.length;
    setAt(to);
    const node = board.getNode(hits[to] ?? "");
    if (node === undefined) return;
    const { x, y } = node.position;
    void board.setCenter(x + (node.width ?? 190) / 2, y + (node.height ?? 60) / 2, { zoom: Math.max(0.9, board.getZoom()), duration: 250 });
  };
  return {
    field,
    typed,
    found,
    count: hits?.length ?? 0,
    at,
    type: (value: string): void => {
      setTyped(value);
      setAt(-1);
    },
    next,
    clear: (): void => {
      setTyped("");
      setAt(-1);
    },
  };
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

/** Unsaved changes are not lost by leaving. */
import { App } from "antd";
import { useEffect } from "react";
import { useBlocker } from "react-router";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";

/** Asks before unsaved changes are left, by a link of ours or by closing the window. */
export function useUnsavedGuard(isDirty: boolean): void {
  const text = useTexts(wordTexts);
  const { modal } = App.useApp();
  const blocker = useBlocker(({ currentLocation, nextLocation }) => {
    // Whoever has just saved says so with the address; this page may not have been drawn again yet.
    const isKept = (nextLocation.state as { readonly isSaved?: boolean } | null)?.isSaved === true;
    return isDirty && !isKept && currentLocation.pathname !== nextLocation.pathname;
  });
  useEffect(() => {
    if (blocker.state !== "blocked") return undefined;
    const asked = modal.confirm({
      title: text.leave,
      content: text.leaveAsk,
      okText: text.leaveYes,
      cancelText: text.leaveNo,
      onOk: () => blocker.proceed(),
      onCancel: () => blocker.reset(),
    });
    // The question goes with what it is about, whoever answered it.
    return () => asked.destroy();
  }, [blocker, modal, text]);
  useEffect(() => {
    if (!isDirty) return undefined;
    const hold = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", hold);
    return () => removeEventListener("beforeunload", hold);
  }, [isDirty]);
}

/** Whether the reader has asked the system for no movement; then nothing slides, zooms or fades. */
import { useSyncExternalStore } from "react";

const asked = matchMedia("(prefers-reduced-motion: reduce)");

function onChange(told: () => void): () => void {
  asked.addEventListener("change", told);
  return () => asked.removeEventListener("change", told);
}

export function useStillness(): boolean {
  return useSyncExternalStore(onChange, () => asked.matches);
}

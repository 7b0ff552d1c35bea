/** What is made anew at every drawing but says the same stays the same object, in whole and in its parts: what shows it need not be drawn again. */
import { replaceEqualDeep } from "@tanstack/react-query";
import { useRef } from "react";

export function useSteady<T>(value: T): T {
  const before = useRef(value);
  before.current = replaceEqualDeep(before.current, value);
  return before.current;
}

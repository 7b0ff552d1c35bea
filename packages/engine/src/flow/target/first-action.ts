/** The call that a new document begins with: its write, or, while a flow checks first (`target.checkFirst`), the question whether it is there. */
import type { ReadyFlow } from "../ready-flow.ts";
import { PROBE, WRITE } from "./settle.ts";

export function firstAction(ready: ReadyFlow): typeof PROBE | typeof WRITE {
  return ready.flow.target.checkFirst === true && ready.target.ready.api.write?.probe !== undefined ? PROBE : WRITE;
}

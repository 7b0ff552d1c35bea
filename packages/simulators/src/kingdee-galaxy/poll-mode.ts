/**
 * The asynchronous mode of the official SDKs: a call with `beginmethod` is answered with a task, whose result QueryAsyncResult gives
 * after a few steps.
 *
 * The work itself is done when the task begins, as a server goes on whether or not the client asks again.
 */
import type { Random } from "../kit/random.ts";
import { isObject, dataOf, textOf, type Body } from "./request-body.ts";
import { newGuid } from "./sessions.ts";
import type { SimRequest } from "../kit/simulator.ts";

export interface Tasks {
  /** Keeps a finished answer and gives the task's first answer. */
  begin(result: unknown): unknown;
  /** Answers QueryAsyncResult. */
  ask(body: Body): unknown;
  /** Tasks stay "running" for ever while set. */
  stall(on: boolean): void;
}

/** Whether the call asks for the asynchronous mode, by header or in the body. */
export function isBegin(request: SimRequest, body: Body): boolean {
  return request.headers["beginmethod"] !== undefined || textOf(body.named["beginmethod"]) !== "";
}

/** Makes an empty list of tasks; each is "running" for `steps` questions. */
export function createTasks(steps: number, random: Random): Tasks {
  const tasks = new Map<string, { readonly result: unknown; stepsLeft: number }>();
  let stalled = false;
  return {
    begin(result) {
      const id = newGuid(random);
      tasks.set(id, { result, stepsLeft: steps });
      return taskBody(id, 0, null, "");
    },
    ask(body) {
      const info = dataOf(body.named["queryinfo"] ?? body.positional?.[0] ?? {});
      const id = isObject(info) ? textOf(info["taskid"]) : "";
      const task = tasks.get(id);
      if (task === undefined) return { ...taskBody(id, 2, null, `任务“${id}”不存在`), IsFaulted: true, Successful: false };
      if (stalled || task.stepsLeft > 0) {
        task.stepsLeft -= stalled ? 0 : 1;
        return taskBody(id, 1, null, "");
      }
      return taskBody(id, 2, task.result, "");
    },
    stall: (on) => void (stalled = on),
  };
}

function taskBody(id: string, status: 0 | 1 | 2, result: unknown, message: string): Record<string, unknown> {
  return {
    TaskId: id,
    Status: status,
    Result: result,
    Cancelled: false,
    IsFaulted: false,
    Successful: status === 2,
    Message: message,
    Progress: status * 50,
    ProgressDesc: "",
  };
}

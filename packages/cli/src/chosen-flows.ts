/** Which flows a command about many of them means: those that are named, else all that are enabled. */
import { DatongError } from "@datong/core";
import type { Context } from "./context.ts";
import { CommandFailure } from "./failure.ts";
import { checkedFlow, findFlow, readWorkspace, type OpenedFlow, type PlaceOptions } from "./open-flow.ts";

export interface FlowChoice extends PlaceOptions {
  readonly flows?: readonly string[];
  /** Those that are not enabled too. */
  readonly all?: boolean;
}

/** Each must be in order, and there must be one. */
export async function chosenFlows(context: Context, choice: FlowChoice): Promise<readonly OpenedFlow[]> {
  if (choice.flows !== undefined) return Promise.all(choice.flows.map((name) => namedFlow(context, name, choice)));
  const flows = await enabledFlows(context, choice);
  if (flows.length > 0) return flows;
  throw new CommandFailure("NO_FLOWS", {
    zh: "工作区里没有启用的方案",
    en: "The workspace has no flow that is enabled",
    todoZh: "把方案的 dispatch.enabled 设为 true，或用 --flows 指名。",
    todoEn: "Set dispatch.enabled of a flow to true, or name flows with --flows.",
  });
}

/** The same of a workspace that has changed: flows that are gone are left out, and it may be that none is left. */
export async function remainingFlows(context: Context, choice: FlowChoice): Promise<readonly OpenedFlow[]> {
  if (choice.flows === undefined) return enabledFlows(context, choice);
  const found = await Promise.all(
    choice.flows.map((name) =>
      namedFlow(context, name, choice).catch((error: unknown) => {
        if (error instanceof DatongError && error.code === "FLOW_UNKNOWN") return [];
        throw error;
      }),
    ),
  );
  return found.flat();
}

async function namedFlow(context: Context, name: string, choice: FlowChoice): Promise<OpenedFlow> {
  const { workspace, entry } = await findFlow(context, name, choice);
  return checkedFlow(workspace, entry);
}

async function enabledFlows(context: Context, choice: FlowChoice): Promise<readonly OpenedFlow[]> {
  const workspace = await readWorkspace(context, choice);
  return [...workspace.flows.values()]
    .filter((entry) => entry.kind === "broken" || entry.flow.dispatch.enabled || choice.all === true)
    .map((entry) => checkedFlow(workspace, entry));
}

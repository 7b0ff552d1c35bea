/**
 * What a worker works for, and how it changes while it works. The workspace is read anew once its files have been at rest for half a
 * second, as a whole: what is not in order is refused with its place, and the former one stays.
 */
import { resolve } from "node:path";
import { DatongError } from "@datong/core";
import { CONNECTORS } from "@datong/connectors";
import { connectorsNamed, requireDecided, workspaceStamp, type Engine, type WorkerFlow } from "@datong/engine";
import { chosenFlows, remainingFlows } from "./chosen-flows.ts";
import type { Context } from "./context.ts";
import { BrokenDocuments, CommandFailure, failureLine } from "./failure.ts";
import { flowFinder, type OpenedFlow, type PlaceOptions } from "./open-flow.ts";
import { workerText, type FlowsChange } from "./text/worker.ts";

export interface FollowOptions extends PlaceOptions {
  /** The workspace's folder. */
  readonly dir: string;
  readonly flows?: readonly string[];
  readonly log: (line: string) => void;
}

export interface FollowedFlows {
  readonly flows: readonly OpenedFlow[];
  /** Gives the flows to `take` when they have changed. Throws what may pass, such as a database that is away; asked again, it tries again. */
  readonly changes: (engine: Engine, take: (flows: readonly WorkerFlow[]) => Promise<void>) => Promise<void>;
}

export async function followWorkspace(context: Context, options: FollowOptions): Promise<FollowedFlows> {
  const text = workerText(context.language);
  const { cwd } = context.terminal;
  const more = [...(options.env === undefined ? [] : [options.env]), ...(options.flows ?? [])].map((file) => resolve(cwd, file));
  const look = (): Promise<string> => workspaceStamp(options.dir, more);
  // Before it is read: what is changed meanwhile is noticed.
  let read = await look();
  let before = read;
  const flows = decided(await chosenFlows(context, options));
  let working = textsOf(flows);

  const takeOver = async (engine: Engine, take: (flows: readonly WorkerFlow[]) => Promise<void>): Promise<void> => {
    const next = decided(await remainingFlows(context, options));
    const texts = textsOf(next);
    const change = changeOf(working, texts);
    if (change.added.length + change.changed.length + change.removed.length === 0) return;
    if (next[0] !== undefined) {
      engine.useConnectors(connectorsNamed(next[0].workspace.connectors));
      engine.useFlows(flowFinder(next[0].workspace));
    }
    await take(next);
    working = texts;
    options.log(text.changed(next.length, change));
  };
  return {
    flows,
    changes: async (engine, take) => {
      const now = await look();
      const atRest = now === before;
      before = now;
      if (!atRest || now === read) return;
      try {
        await takeOver(engine, take);
      } catch (error) {
        if (!(error instanceof DatongError || error instanceof BrokenDocuments || error instanceof CommandFailure)) throw error;
        options.log(`${text.changeRefused}${failureLine(context, error)}`);
      }
      read = now;
    },
  };
}

/** A worker runs none whose import left something open. */
function decided(flows: readonly OpenedFlow[]): readonly OpenedFlow[] {
  for (const { flow } of flows) requireDecided(flow);
  return flows;
}

function changeOf(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): FlowsChange {
  const known = [...now.keys()].filter((id) => before.has(id));
  return {
    added: [...now.keys()].filter((id) => !before.has(id)),
    changed: known.filter((id) => before.get(id) !== now.get(id)),
    removed: [...before.keys()].filter((id) => !now.has(id)),
  };
}

/** Each flow with all that it goes by: its document, its connections as they are filled in, connectors of the workspace's own. */
function textsOf(flows: readonly OpenedFlow[]): ReadonlyMap<string, string> {
  return new Map(
    flows.map(({ workspace, flow, connections }) => {
      const own = workspace.connectors.filter((each) => !CONNECTORS.includes(each));
      const used = own.filter(({ system }) => [...connections.values()].some((connection) => connection.system === system));
      return [flow.id, JSON.stringify([flow, [...connections.values()], used])];
    }),
  );
}

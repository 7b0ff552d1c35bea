/** `datong simulate`: the pretend vendors on fixed ports, until SIGINT. What it prints are invented credentials of programs on this machine. */
import { chmod, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { resolve } from "node:path";
import { SIMULATORS, type RunningSimulator } from "@datong/simulators";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";
import { environmentOf, startVendors, stopVendors } from "../simulated-vendors.ts";

export interface SimulateOptions {
  readonly port?: number;
  readonly seed?: number;
  readonly bills?: number;
  readonly only?: readonly string[];
  readonly env?: string;
}

const PORT = 18_080;

export async function simulateCommand(context: Context, options: SimulateOptions): Promise<number> {
  checkNames(options.only ?? []);
  const port = options.port ?? PORT;
  const simulators = await start(port, options);
  try {
    if (options.env !== undefined) await writeEnvironment(context, options.env, simulators);
    tell(context, simulators);
    if (!context.signal.aborted) await once(context.signal, "abort");
  } finally {
    await stopVendors(simulators);
  }
  return context.stoppedWith() ?? 0;
}

function checkNames(only: readonly string[]): void {
  const known = SIMULATORS.map((each) => each.system);
  const unknown = only.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new CommandFailure(
    "SIMULATOR_UNKNOWN",
    {
      zh: `没有名为 ${unknown} 的模拟系统`,
      en: `There is no simulator called ${unknown}`,
      todoZh: `可选：${known.join("、")}`,
      todoEn: `There are: ${known.join(", ")}`,
    },
    2,
  );
}

async function start(port: number, options: SimulateOptions): Promise<RunningSimulator[]> {
  try {
    return await startVendors({
      port,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.bills === undefined ? {} : { bills: options.bills }),
      ...(options.only === undefined || options.only.length === 0 ? {} : { only: options.only }),
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    const taken = (error as { readonly port?: number }).port ?? port;
    throw new CommandFailure("PORT_TAKEN", {
      zh: `端口 ${taken} 不能使用（${code}）`,
      en: `Port ${taken} cannot be used (${code})`,
      todoZh: "停掉占用它的程序，或用 --port 换一段端口。",
      todoEn: "Stop whatever uses it, or choose other ports with --port.",
    });
  }
}

/** Readable by the owner alone, also where the file was there before. */
async function writeEnvironment(context: Context, file: string, simulators: readonly RunningSimulator[]): Promise<void> {
  const path = resolve(context.terminal.cwd, file);
  const lines = Object.entries(environmentOf(simulators)).map(
    ([name, value]) => `${name}=${/^[\w./:-]*$/.test(value) ? value : JSON.stringify(value)}`,
  );
  await writeFile(path, `${context.text.simulateEnvHead}\n${lines.join("\n")}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
  context.terminal.err(`${context.text.simulateEnvWritten(path)}\n`);
}

function tell(context: Context, simulators: readonly RunningSimulator[]): void {
  const { terminal, text, language } = context;
  if (context.json) {
    const systems = simulators.map(({ system, name, baseUrl, origin, environment }) => ({
      system,
      name,
      baseUrl,
      ...urlsOf(origin),
      environment,
    }));
    terminal.out(`${JSON.stringify({ ok: true, systems })}\n`);
    return;
  }
  for (const simulator of simulators) {
    const urls = urlsOf(simulator.origin);
    const rows: readonly (readonly [string, string])[] = [
      [text.simulateBase, simulator.baseUrl],
      [text.simulatePath, simulator.vendor.basePath || "/"],
      [text.simulateLedger, urls.ledger],
      [text.simulateFaults, urls.faults],
      ...Object.entries(simulator.environment),
    ];
    terminal.out(`${simulator.name[language]}  (${simulator.system})\n${rows.map(([name, value]) => `  ${name}  ${value}\n`).join("")}\n`);
  }
  terminal.err(`${text.simulateReady}\n`);
}

function urlsOf(origin: string): { readonly ledger: string; readonly faults: string; readonly stats: string } {
  return { ledger: `${origin}/_sim/ledger`, faults: `${origin}/_sim/faults`, stats: `${origin}/_sim/stats` };
}

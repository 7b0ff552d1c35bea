/**
 * Starts one pretend vendor as a real HTTP server on this machine.
 *
 * The kit owns the socket: it reads the whole body (64 MB at most, beyond that HTTP 413), lets the faults that are due act, hands the
 * request to the vendor and writes the answer with its Content-Length. What the vendor's code throws becomes HTTP 500 and a line in
 * GET /_sim/stats, because it is a defect of the simulator and must not look like a vendor's answer. Why real sockets: cut
 * connections, half bodies and keep-alive are what a client must survive, and no in-process double has them.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createCallStats, type CallStats } from "./call-stats.ts";
import { CONTROL_PREFIX, handleControl } from "./control.ts";
import { createFaultList, type FaultList } from "./fault-list.ts";
import type { Fault, RunningSimulator, SimReply, SimRequest, SimulatorDefinition, SimulatorOptions, Vendor } from "./simulator.ts";

const BODY_BYTES_MAX = 64 * 1024 * 1024;
/** Longer than clients keep idle sockets, so that a reused socket is not closed under a request. */
const KEEP_ALIVE_MS = 75_000;

/** Where to listen: port 0 or absent means any free port; host is 127.0.0.1 when absent. */
export interface StartOptions extends Partial<SimulatorOptions> {
  readonly port?: number;
  readonly host?: string;
}

/** Starts the simulator and resolves once it listens; rejects when the port is taken. */
export async function startSimulator(definition: SimulatorDefinition, options: StartOptions = {}): Promise<RunningSimulator> {
  const { port = 0, host = "127.0.0.1", seed = 1, bills = 300, now = Date.now, settings = {} } = options;
  const create = (): Vendor => definition.create({ seed, bills, now, settings });
  const state: State = { now, vendor: create(), faults: createFaultList(), stats: createCallStats(), reset: () => undefined };
  state.reset = () => {
    state.vendor = create();
    state.stats = createCallStats();
    state.faults.clear();
  };
  const server = createServer((request, response) => {
    serve(state, request, response).catch((error: unknown) => {
      state.stats.defect(error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = 0;
  await listen(server, port, host);
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`;
  const baseUrl = origin + state.vendor.basePath;
  return {
    system: definition.system,
    name: definition.name,
    baseUrl,
    origin,
    get vendor() {
      return state.vendor;
    },
    environment: { [state.vendor.urlVariable]: baseUrl, ...state.vendor.environment },
    stop: () => stop(server),
  };
}

interface State {
  readonly now: () => number;
  vendor: Vendor;
  readonly faults: FaultList;
  stats: CallStats;
  reset: () => void;
}

async function serve(state: State, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const rawBody = await readBody(incoming);
  if (rawBody === "too-large") {
    response.shouldKeepAlive = false;
    return write(response, { status: 413, body: "body larger than 64 MB" });
  }
  const request = toSimRequest(incoming, rawBody);
  if (request.path.startsWith(CONTROL_PREFIX)) return write(response, handleControl(state, request));
  // The vendor's clock tells the time also in the header, or a client would see another skew than the data show.
  response.setHeader("Date", new Date(state.now()).toUTCString());
  const api = state.vendor.apiOf(request);
  const end = state.stats.begin(api);
  let refused = false;
  try {
    refused = await answer(state, request, response, state.faults.due(api));
  } finally {
    end(refused);
  }
}

/** Acts out the faults in their order, asks the vendor, and writes the answer; true when the call was turned away for its rate. */
async function answer(state: State, request: SimRequest, response: ServerResponse, faults: readonly Fault[]): Promise<boolean> {
  const { vendor } = state;
  for (const fault of faults) {
    if (fault.kind === "latency") await sleep(fault.ms ?? 0);
    if (fault.kind === "session-lost") vendor.loseSessions();
    if (fault.kind === "insert-rows") vendor.insertRows(fault.count ?? 1);
    if (fault.kind === "save-not-audit") vendor.onFault?.(fault, request);
    if (fault.kind === "cut-before") {
      response.destroy();
      return false;
    }
    const instead = answerInstead(fault, vendor, request);
    if (instead !== undefined) {
      write(response, instead);
      return instead.status === 429 || fault.kind === "vendor-limit";
    }
  }
  const reply = await vendorReply(state, request);
  const after = faults.find((fault) => fault.kind === "cut-after" || fault.kind === "truncate" || fault.kind === "truncate-json");
  if (after === undefined) write(response, reply);
  else writeBroken(response, reply, after.kind);
  return reply.refused === true || reply.status === 429;
}

function answerInstead(fault: Fault, vendor: Vendor, request: SimRequest): SimReply | undefined {
  switch (fault.kind) {
    case "http-429":
      return {
        status: 429,
        headers: { "Retry-After": String(fault.retryAfterS ?? 1), "Content-Type": "text/plain" },
        body: "Too Many Requests",
      };
    case "http-500":
      return { status: 500, headers: { "Content-Type": "text/plain" }, body: "Internal Server Error" };
    case "http-502-html":
      return {
        status: 502,
        headers: { "Content-Type": "text/html" },
        body: "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n",
      };
    case "vendor-limit":
      return vendor.limitReply(request);
    default:
      return undefined;
  }
}

async function vendorReply(state: State, request: SimRequest): Promise<SimReply> {
  try {
    return await state.vendor.handle(request);
  } catch (error) {
    state.stats.defect(error);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { status: 500, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: `simulator defect: ${text}` };
  }
}

function write(response: ServerResponse, reply: SimReply): void {
  const body = Buffer.isBuffer(reply.body) ? reply.body : Buffer.from(reply.body, "utf8");
  response.writeHead(reply.status, { ...headersOf(reply), "Content-Length": body.length });
  response.end(body);
}

function writeBroken(response: ServerResponse, reply: SimReply, kind: Fault["kind"]): void {
  if (kind === "cut-after") {
    response.destroy();
    return;
  }
  const whole = Buffer.isBuffer(reply.body) ? reply.body : Buffer.from(reply.body, "utf8");
  const half = whole.subarray(0, Math.floor(whole.length / 2));
  if (kind === "truncate-json") return write(response, { ...reply, body: half });
  response.writeHead(reply.status, { ...headersOf(reply), "Content-Length": whole.length });
  response.write(half, () => response.destroy());
}

function headersOf(reply: SimReply): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(reply.headers ?? {})) headers[name] = typeof value === "string" ? value : [...value];
  return headers;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | "too-large"> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return bytes > BODY_BYTES_MAX ? "too-large" : Buffer.concat(chunks);
}

function toSimRequest(incoming: IncomingMessage, rawBody: Buffer): SimRequest {
  const target = incoming.url ?? "/";
  const mark = target.indexOf("?");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = Array.isArray(value) ? value.join(", ") : (value ?? "");
  return {
    method: incoming.method ?? "GET",
    path: mark === -1 ? target : target.slice(0, mark),
    rawQuery: mark === -1 ? "" : target.slice(mark + 1),
    headers,
    rawBody,
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

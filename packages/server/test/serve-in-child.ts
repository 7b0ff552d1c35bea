/** A server as a process of its own, so that it can be killed. Arguments: data folder, port file. Its first line on stdout is the address. */
import { serve } from "../src/index.ts";
import { ADMIN } from "./server-lab.ts";

const [dataDir = ""] = process.argv.slice(2);
const server = await serve({
  host: "127.0.0.1",
  port: 0,
  dataDir,
  roles: ["api", "worker"],
  admin: ADMIN,
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${server.url}\n`);
process.on("SIGTERM", () => {
  void server.close().then(() => process.exit(0));
});

#!/usr/bin/env node
/** Starts the command line program; with an old Node it starts itself again with the one that the workspace brought. */
import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { builtProgram } from "./built.js";
import { findNode, HEAP_FLAGS, isNewEnough, keepCompiledCode, nodeMissingText, runNode } from "./launch.js";

const self = realpathSync(fileURLToPath(import.meta.url));

if (isNewEnough(process.versions.node)) {
  for (const flag of HEAP_FLAGS) setFlagsFromString(flag);
  keepCompiledCode();
  const built = process.env.DATONG_DEBUG === "1" ? undefined : builtProgram("datong");
  const { main } = await import(built ?? "../src/main.ts");
  process.exitCode = await main(process.argv.slice(2));
} else {
  const node = findNode(dirname(self));
  if (node === undefined) {
    process.stderr.write(nodeMissingText());
    process.exit(1);
  }
  runNode(node, [self, ...process.argv.slice(2)]);
}

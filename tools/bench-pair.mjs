/** Starts the benchmark's job as the program itself starts: with its modules compiled before. */
import { keepCompiledCode } from "../packages/cli/bin/launch.js";

keepCompiledCode();
await import("./bench-pair.ts");

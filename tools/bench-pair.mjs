/** Starts the benchmark's job as the program itself starts: in one piece where there is one, its modules compiled before. */
import { builtProgram } from "../packages/cli/bin/built.js";
import { keepCompiledCode } from "../packages/cli/bin/launch.js";

keepCompiledCode();
await import(builtProgram("bench-pair") ?? "./bench-pair.ts");

/** A template whose target overwrites: what changes at the source is uploaded again under the same code, and nothing else is. */
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startSimulators } from "@datong/simulators";
import { expect, test } from "vitest";
import { main } from "../../src/main.ts";
import { EXAMPLES } from "../../src/open-flow.ts";
import { memoryTerminal } from "../memory-terminal.ts";

const ID = "kingdee-material-to-jushuitan-sku";

/** `folder`: where the tests' database lies, once they run. */
export function testChangedGoods(folder: () => string): void {
  test("a material that is renamed in 金蝶 is uploaded again; the others are not", async () => {
    const dir = join(folder(), "changed-goods");
    await mkdir(dir);
    await cp(join(EXAMPLES, "connections"), join(dir, "connections"), { recursive: true });
    await cp(join(EXAMPLES, "workspace.yaml"), join(dir, "workspace.yaml"));
    let ageMs = 180_000;
    const settings = { jushuitan: { goods: 0, callsPerSecond: 0, callsPerMinute: 0 } };
    const simulators = await startSimulators({ bills: 1, only: ["kingdee-galaxy", "jushuitan"], settings, now: () => Date.now() - ageMs });
    const env = Object.assign({}, ...simulators.map((simulator) => simulator.environment)) as Record<string, string>;
    const vendor = (system: string) => simulators.find((simulator) => simulator.system === system)?.vendor;
    const datong = async (...argv: readonly string[]): Promise<void> => {
      const terminal = memoryTerminal({ cwd: dir, env });
      expect([await main(argv, terminal), terminal.errText()]).toEqual([0, expect.any(String)]);
    };
    const run = () => datong("run", "changed-goods", "--data", join(folder(), ".datong"));
    try {
      await datong("template", "use", ID, "--source", "kingdee-galaxy", "--target", "jushuitan", "--id", "changed-goods");
      await run();
      const written = vendor("jushuitan")?.ledger().length ?? 0;
      expect(written).toBe(200);
      ageMs = 90_000;
      vendor("kingdee-galaxy")?.control?.("change", { formId: "BD_MATERIAL", number: "A-007", values: { FName: { "2052": "新名称" } } });
      ageMs = 0;
      await run();
      const again = vendor("jushuitan")?.ledger().slice(written);
      expect(again).toMatchObject([{ key: "A-007", edit: true, body: { sku_id: "A-007", name: "新名称" } }]);
    } finally {
      await Promise.all(simulators.map((simulator) => simulator.stop()));
    }
  });
}

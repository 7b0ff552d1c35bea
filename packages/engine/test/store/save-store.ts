/**
 * Makes the saved store of a version, for `saved-versions.test.ts`: `node packages/engine/test/store/save-store.ts <file>`, run once before a
 * release whose migrations are new, and committed as packages/engine/test/saved/<last migration>.backup. Ten bills of one flow: seven
 * done, one refused, two unknown after the target was out of order, to be asked about in an hour.
 */
import { backupStore } from "../../src/store/backup-store.ts";
import { bills, openLab } from "../flow/lab/lab.ts";

const file = process.argv[2];
if (file === undefined) throw new Error("say which file to write");
const lab = await openLab();
const scene = await lab.scene();
scene.vendor.rows = bills(10);
scene.vendor.refuse = (document) => (document["k"] === "b0008" ? "名称不合法" : undefined);
scene.vendor.script = (request) =>
  request.operation === "save" && /b0009|b0010/.test(request.body) ? { kind: "reply", status: 503, body: "busy" } : undefined;
await scene.run({ target: { batch: 1 }, retries: { count: 5, delaysS: [3600] } }, { waitMs: 0 });
process.stdout.write(`${JSON.stringify((await scene.documents()).map((document) => [document.record_key, document.status]))}\n`);
process.stdout.write(`${JSON.stringify(await backupStore(lab.engine.database, file, Date.now()))}\n`);
await lab.close();

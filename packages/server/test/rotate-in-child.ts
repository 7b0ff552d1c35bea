/** Rotates the master key in a process of its own, so that it can die at a named moment. Argument: the data folder. */
import { openDatabase, rotateMasterKey } from "@datong/engine";

const [dataDir = ""] = process.argv.slice(2);
const database = await openDatabase({ dataDir });
await rotateMasterKey(database.pool, { dataDir });
await database.close();

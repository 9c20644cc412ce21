// Started by folder.test.ts: takes a data folder, says so, and stays until killed.
import { present } from "../../src/base/assert.ts";
import { ownFolder } from "../../src/storage/folder.ts";

ownFolder(present(process.argv[2], "the folder"));
process.stdout.write("owned\n");
setInterval(process.uptime, 1000);

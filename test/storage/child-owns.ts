// Started by folder.test.ts: takes a data folder, drops all that it was given, says so, and stays until killed.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { present } from "../../src/base/assert.ts";
import { ownFolder } from "../../src/storage/folder.ts";

ownFolder(present(process.argv[2], "the folder"));
setFlagsFromString("--expose-gc");
process.stdin.resume();
setImmediate(() => {
  runInNewContext("gc()");
  process.stdout.write("owned\n");
});

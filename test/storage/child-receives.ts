// Started by blobs.test.ts: takes bytes in, says so, and stays undecided until killed.
import { present } from "../../src/base/assert.ts";
import { openBlobs } from "../../src/storage/folder-blobs.ts";

const blobs = await openBlobs({ folder: present(process.argv[2], "the folder") });
async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("half way there");
}
await blobs.receive(bytes(), { limit: 100 });
process.stdout.write("received\n");
process.stdin.resume();

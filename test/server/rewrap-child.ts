/** `keys rewrap` in a process of its own that dies by SIGKILL once the named step is done. */
import { readConfig } from "../../src/server/config.ts";
import { rewrapSecret } from "../../src/server/rewrap.ts";

const last = process.argv[2];
await rewrapSecret({
  config: readConfig(),
  newSecretFile: null,
  onStep: (step) => {
    if (step === last) process.kill(process.pid, "SIGKILL");
  },
});

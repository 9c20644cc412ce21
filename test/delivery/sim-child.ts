/** Plays seeds in a process of its own: `sim-child.ts FROM COUNT`; the outcome goes to standard output as JSON. */
import { playSeeds } from "./sim-run.ts";

const [from = 1, count = 1] = process.argv.slice(2).map(Number);
process.stdout.write(JSON.stringify(await playSeeds({ from, count })));

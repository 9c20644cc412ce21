/** One side seals one file three times in a process of its own; prints the process's largest memory in megabytes. */
import { readFileSync } from "node:fs";
import { resourceUsage } from "node:process";
import { type SideName, sides } from "./sides.ts";
import { type Keys, wordsFor } from "./words.ts";

const [side = "", path = "", keys = ""] = process.argv.slice(2);
const seal = await sides[side as SideName](JSON.parse(keys) as Keys);
const document = readFileSync(path);
for (let round = 0; round < 3; round += 1) await seal(document, wordsFor("Ada Lovelace"));
process.stdout.write(String(resourceUsage().maxRSS / 1024));

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "./command.ts";

/** Loaded when they are called: `verify` needs nothing of the server. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./serve.ts")).serveCommand,
  backup: async () => (await import("./backup.ts")).backupCommand,
  restore: async () => (await import("./restore.ts")).restoreCommand,
  events: async () => (await import("./events.ts")).eventsCommand,
  requests: async () => (await import("./requests.ts")).requestsCommand,
  listen: async () => (await import("./listen.ts")).listenCommand,
  trigger: async () => (await import("./trigger.ts")).triggerCommand,
  keys: async () => (await import("./keys.ts")).keysCommand,
  completion: async () => (await import("./completion.ts")).completionCommand,
  doctor: async () => (await import("./doctor.ts")).doctorCommand,
  verify: async () => (await import("./verify.ts")).verifyCommand,
};
/** bin/countersign prints it itself, without Node: here it is for whoever comes past that. */
const helpFile = join(import.meta.dirname, import.meta.filename.endsWith(".ts") ? "../.." : "../../..", "bin/help.txt");
const [name = "help", ...words] = process.argv.slice(2);

process.exitCode = await run();

async function run(): Promise<number> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load !== undefined) {
    const command = await load();
    if (words.includes("--help") || words.includes("-h")) return say(command.help);
    return command.run(words);
  }
  if (["help", "--help", "-h"].includes(name)) return say(readFileSync(helpFile, "utf8"));
  process.stderr.write(`countersign: There is no command ${name}. Try: countersign help\n`);
  return 2;
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

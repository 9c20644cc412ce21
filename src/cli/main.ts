import type { Command } from "./command.ts";

/** Loaded when they are called: `verify` needs nothing of the server. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./serve.ts")).serveCommand,
  backup: async () => (await import("./backup.ts")).backupCommand,
  restore: async () => (await import("./restore.ts")).restoreCommand,
  listen: async () => (await import("./listen.ts")).listenCommand,
  verify: async () => (await import("./verify.ts")).verifyCommand,
};
const later = ["trigger", "events", "requests", "keys", "doctor"];
const [name = "help", ...words] = process.argv.slice(2);

process.exitCode = await run();

async function run(): Promise<number> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load !== undefined) {
    const command = await load();
    if (words.includes("--help") || words.includes("-h")) return say(command.help);
    return command.run(words);
  }
  if (["help", "--help", "-h"].includes(name))
    return say(helpFor(await Promise.all(Object.values(commands).map((one) => one()))));
  const told = later.includes(name)
    ? `The command ${name} is not part of this version yet.`
    : `There is no command ${name}.`;
  process.stderr.write(`countersign: ${told} Try: countersign help\n`);
  return 2;
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

function helpFor(known: readonly Command[]): string {
  const list = known.map((one) => `  ${one.name.padEnd(10)}${one.says}`);
  return `Countersign: electronic signatures on your own server, wire-compatible with the Dropbox Sign API v3.

Usage: countersign <command>

${list.join("\n")}
  help      show this; with --help behind a command, more of that

The commands ${later.slice(0, -1).join(", ")} and ${later.at(-1)} are not part of this version yet.
`;
}

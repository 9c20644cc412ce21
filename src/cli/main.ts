import { serve } from "./serve.ts";

const help = `Countersign: electronic signatures on your own server, wire-compatible with the Dropbox Sign API v3.

Usage: countersign <command>

  serve     start the server (settings: docs/operate.md)
  help      show this

The commands listen, trigger, events, requests, verify, keys and doctor are not part of this version yet.
`;

const later = ["listen", "trigger", "events", "requests", "verify", "keys", "doctor"];
const [command = "help", ...rest] = process.argv.slice(2);

if (command === "help" || command === "--help" || command === "-h" || rest.includes("--help")) {
  process.stdout.write(help);
} else if (command === "serve") {
  await serve();
} else {
  const words = later.includes(command)
    ? `The command ${command} is not part of this version yet.`
    : `There is no command ${command}.`;
  process.stderr.write(`countersign: ${words} Try: countersign help\n`);
  process.exitCode = 2;
}

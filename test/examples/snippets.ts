import { spawn } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** One fenced block of a page: `lang` and `name` are the words after its fence. */
export type Snippet = { readonly lang: string; readonly name: string | null; readonly text: string };

/** The fenced blocks of a Markdown page, in order. */
export function snippetsOf(page: string): readonly Snippet[] {
  return [...page.matchAll(/^```(\S*)(?: (\S+))?\n(.*?)^```$/gms)].map(([, lang = "", name = null, text = ""]) => ({
    lang,
    name,
    text,
  }));
}

/** A reader's folder and terminal: what is run in it shares variables and background jobs. */
export type Terminal = {
  /** Runs a snippet to its end and answers what was printed meanwhile; throws when it fails or takes too long. */
  readonly run: (snippet: Snippet) => Promise<string>;
  /** Resolves once these lines were printed, in this order, after those that were waited for before. */
  readonly hear: (lines: readonly string[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

const patienceMs = 45_000;

/** What a reader has: a checkout's examples, the packages, curl that ends its answers with a line. */
const profile = `set -eu -o pipefail
curl() { local said; said=$(command curl "$@"); printf '%s\\n' "$said"; }
`;

/** Opens a terminal in `folder`; `links` are names in it and what they lead to. */
export function openTerminal({
  folder,
  root,
  env,
}: {
  readonly folder: string;
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
}): Terminal {
  layOut({ folder, root });
  const shell = spawn("bash", ["--noprofile", "--norc"], {
    cwd: folder,
    detached: true,
    env: { ...env, HOME: folder, PATH: `${join(folder, "bin")}:${process.env.PATH ?? ""}` },
  });
  const ended = new Promise<void>((done) => shell.once("close", () => done()));
  let said = "";
  let heard = 0;
  let runs = 0;
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  shell.stdin.write(profile);

  async function until(find: () => number, wanted: string): Promise<number> {
    const end = Date.now() + patienceMs;
    for (;;) {
      const at = find();
      if (at !== -1) return at;
      if (shell.exitCode !== null || Date.now() > end) throw new Error(`${wanted} did not come. Said:\n${said}`);
      await sleep(20);
    }
  }

  return {
    async run({ lang, name, text }) {
      const file = name ?? `snippet-${runs}.${lang}`;
      writeFileSync(join(folder, file), text);
      if (name !== null) return "";
      const from = said.length;
      const mark = `@@end ${runs}@@`;
      runs += 1;
      shell.stdin.write(`${startOf(lang, file)} < /dev/null\nprintf '%s\\n' '${mark}'\n`);
      const at = await until(() => said.indexOf(mark, from), `The end of this snippet:\n${text}`);
      return said.slice(from, at);
    },
    async hear(lines) {
      for (const line of lines) {
        const pattern = new RegExp(`^${line.split("…").map(literally).join(".*")}$`, "m");
        const find = () => {
          const match = pattern.exec(said.slice(heard));
          return match ? heard + match.index + match[0].length : -1;
        };
        heard = await until(find, `The line "${line}"`);
      }
    },
    async close() {
      if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, "SIGTERM");
      shell.stdin.destroy();
      await ended;
    },
  };
}

function startOf(lang: string, file: string): string {
  if (lang === "sh") return `. ./${file}`;
  return lang === "py" ? `python3 ${file}` : `node ${file}`;
}

/** The package under its own name, straight from the sources: a reader has it built. */
function layOut({ folder, root }: { readonly folder: string; readonly root: string }): void {
  for (const name of ["bin", "package", "node_modules/@dropbox"]) mkdirSync(join(folder, name), { recursive: true });
  symlinkSync(process.execPath, join(folder, "bin/node"));
  symlinkSync(join(root, "examples"), join(folder, "examples"));
  symlinkSync(join(root, "node_modules/@dropbox/sign"), join(folder, "node_modules/@dropbox/sign"));
  symlinkSync(join(folder, "package"), join(folder, "node_modules/countersign"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(folder, "package/package.json"),
    '{ "name": "countersign", "type": "module", "exports": { "./callbacks": "./callbacks.ts" } }',
  );
  const entry = JSON.stringify(join(root, "src/receiver/callbacks.ts"));
  writeFileSync(join(folder, "package/callbacks.ts"), `export * from ${entry};\n`);
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** The JSON that a snippet printed: the first line that begins with a brace, and what belongs to it. */
export function jsonIn(printed: string): unknown {
  const lines = printed.split("\n");
  const start = lines.findIndex((line) => line.startsWith("{"));
  if (start === -1) throw new Error(`No JSON was printed, but:\n${printed}`);
  for (let end = start + 1; end <= lines.length; end += 1) {
    try {
      return JSON.parse(lines.slice(start, end).join("\n")) as unknown;
    } catch {
      // It goes on in the next line.
    }
  }
  throw new Error(`The JSON has no end:\n${printed}`);
}

/** Why an answer is not as the page shows it, or null: `…` in a text stands for anything, times only have to be numbers. */
export function differenceOf(shown: unknown, answered: unknown, path = "$"): string | null {
  if (typeof shown === "string" && shown.includes("…")) {
    const pattern = new RegExp(`^${shown.split("…").map(literally).join(".*")}$`, "s");
    return typeof answered === "string" && pattern.test(answered)
      ? null
      : `${path} is ${JSON.stringify(answered)}, not like ${shown}`;
  }
  if (typeof shown === "number" && shown > 1e9)
    return typeof answered === "number" ? null : `${path} is ${JSON.stringify(answered)}`;
  if (typeof shown !== "object" || shown === null)
    return Object.is(shown, answered) ? null : `${path} is ${JSON.stringify(answered)}, not ${JSON.stringify(shown)}`;
  if (typeof answered !== "object" || answered === null) return `${path} is ${JSON.stringify(answered)}`;
  const given = new Map(Object.entries(answered));
  for (const [key, value] of Object.entries(shown)) {
    const difference = differenceOf(value, given.get(key), `${path}.${key}`);
    if (difference !== null) return difference;
  }
  const extra = [...given.keys()].filter((key) => !(key in shown));
  return extra.length === 0 ? null : `${path} has more: ${extra.join(", ")}`;
}

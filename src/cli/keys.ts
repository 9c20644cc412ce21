import { parseArgs } from "node:util";
import type { Command } from "./command.ts";
import { type Server, serverHelp, serverOptions } from "./server.ts";
import { speak } from "./spoken.ts";
import { age, cut, table } from "./table.ts";

const help = `Shows, makes and revokes the API keys of an account. Several are good at once: make one, change your callers over, make it the
primary one where receivers know it, revoke the one before.

Usage: countersign keys list
       countersign keys create NAME
       countersign keys primary KEY_ID
       countersign keys revoke KEY_ID
       countersign keys rewrap [--new-secret-file FILE]

  --json            prints what the server answered
${serverHelp}
rewrap changes the secret of the house (secret.key or COUNTERSIGN_SECRET), under which keys and the like are encrypted: on the
database itself, with the server's settings, while no server runs. It makes a new secret, or takes the 32 bytes in FILE (hex or base64).

The primary key signs callbacks (event_hash, Content-Sha256). A key is shown once, when it is made.
Exit code: 0 done, 1 the server said no or cannot be reached, 2 an option cannot be used.

Examples
  countersign keys create "CI of the shop"
  countersign keys revoke 5f2c1e8a90b14c77
  COUNTERSIGN_DATA=/srv/countersign countersign keys rewrap
`;

/** `countersign keys`. */
export const keysCommand: Command = { name: "keys", says: "show, make and revoke API keys", help, run };

type Key = {
  readonly key_id: string;
  readonly name: string;
  readonly is_primary: boolean;
  readonly created_at: number;
  readonly last_used_at: number | null;
};
type Acting = { readonly server: Server; readonly word: string; readonly isJson: boolean };

async function run(words: readonly string[]): Promise<number> {
  if (words[0] === "rewrap") return (await import("./rewrap.ts")).rewrap(words.slice(1));
  return speak("keys", () => {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { ...serverOptions, json: { type: "boolean", default: false } },
    });
    const [action = "list", word = ""] = positionals;
    const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (act === undefined) return `There is no keys ${action}.`;
    if (action !== "list" && word === "") return action === "create" ? "Name the key." : "Name the key's id.";
    return { given: values, act: (server) => act({ server, word, isJson: values.json }) };
  });
}

const actions: Readonly<Record<string, (acting: Acting) => Promise<string>>> = {
  list: async ({ server, isJson }) => shown(await server.call<{ keys: readonly Key[] }>("GET", "/api/keys"), isJson),
  create: async ({ server, word, isJson }) => {
    const made = await server.call<Key & { readonly key: string }>("POST", "/api/keys", { body: { name: word } });
    return isJson
      ? `${JSON.stringify(made, null, 2)}\n`
      : `${made.key}\nThis is the only time that it is shown. Its id is ${made.key_id}.\n`;
  },
  primary: async ({ server, word, isJson }) =>
    shown(await server.call<{ keys: readonly Key[] }>("POST", `/api/keys/${encodeURIComponent(word)}/primary`), isJson),
  revoke: async ({ server, word, isJson }) => {
    await server.call("DELETE", `/api/keys/${encodeURIComponent(word)}`);
    return isJson ? `${JSON.stringify({ revoked: word })}\n` : `${word} opens nothing any more.\n`;
  },
};

function shown(answer: { readonly keys: readonly Key[] }, isJson: boolean): string {
  if (isJson) return `${JSON.stringify(answer, null, 2)}\n`;
  return table(
    ["KEY ID", "NAME", "MADE", "LAST USED", ""],
    answer.keys.map((key) => [
      key.key_id,
      cut(key.name, 40),
      age(key.created_at),
      key.last_used_at === null ? "never" : age(key.last_used_at),
      key.is_primary ? "primary: signs callbacks" : "",
    ]),
  );
}

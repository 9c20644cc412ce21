import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { eventsPagePath } from "../../scripts/guide.ts";
import { exampleKey } from "../../scripts/guide-steady.ts";
import { outcomeWords } from "../../src/callbacks/outcomes.ts";
import { eventKinds } from "../../src/events/catalog.ts";
import { type CallbackPayload, verifyCallback } from "../../src/receiver/callbacks.ts";
import { grounds, type House } from "../support/house.ts";
import { answersTo, mailedLinkOf, open, openPage } from "../support/page.ts";
import { freePort } from "../support/server.ts";
import { differenceOf, jsonIn, openTerminal, type Snippet, snippetsOf, type Terminal } from "./snippets.ts";

const root = resolve(import.meta.dirname, "../..");
const pages = globSync("docs/guide/*.md", { cwd: root }).toSorted();
const missing = ["bash", "curl", "jq", "python3"].filter((tool) => spawnSync(tool, ["--version"]).status !== 0);
const skip = missing.length > 0 && `${missing.join(", ")} is missing`;
const runnable = ["sh", "ts", "py"];
const askAgainMs = 20_000;

for (const page of pages.filter((path) => path !== eventsPagePath)) {
  test(`${page}: every snippet runs, and answers and prints what the page says`, { skip }, async (context) => {
    const snippets = snippetsOf(readFileSync(join(root, page), "utf8"));
    const [sqlite] = grounds();
    assert.ok(sqlite);
    const house = await sqlite.open();
    const folder = mkdtempSync(join(tmpdir(), "countersign-guide-"));
    const signers = startSigners(house);
    const terminal = openTerminal({ folder, root, env: await environmentOf(house) });
    context.after(async () => {
      await terminal.close();
      await signers.stop();
      await house.close();
      rmSync(folder, { recursive: true, force: true });
    });
    await follow(terminal, snippets);
  });
}

test(`${eventsPagePath} has a payload of every type, genuine under the key that the page names`, () => {
  const shown = snippetsOf(readFileSync(join(root, eventsPagePath), "utf8"));
  const payloads = shown.map(({ text }) => JSON.parse(text) as CallbackPayload);
  assert.deepEqual(
    payloads.map(({ event }) => event.event_type),
    Object.keys(eventKinds),
  );
  for (const payload of payloads) assert.ok(verifyCallback(payload, exampleKey), payload.event.event_type);
});

test("docs/guide/errors.md tells every outcome that an attempt can have, in the words of the server", () => {
  const page = readFileSync(join(root, "docs/guide/errors.md"), "utf8");
  const rows = page.split("\n").filter((line) => /^\| `[a-z0-9_]+` \|/.test(line));
  const told = Object.entries(outcomeWords).map(
    ([outcome, { says, mend }]) => `| \`${outcome}\` | ${says} | ${mend ?? "nothing is to be done"} |`,
  );
  assert.deepEqual(rows, told);
});

test("every page of the guide is reached from its index", () => {
  const index = readFileSync(join(root, "docs/guide/index.md"), "utf8");
  const names = pages.map((path) => path.split("/").at(-1) ?? "").filter((name) => name !== "index.md");
  assert.ok(names.length >= 8);
  assert.deepEqual(
    names.filter((name) => !index.includes(`](${name})`)),
    [],
  );
});

test("an answer that is not as a page shows it is told apart, whatever differs", () => {
  const shown = { id: "…", at: 1_760_000_000, list: [{ word: "an … end" }], none: null };
  const answered = { id: "x", at: 1_795_000_000, list: [{ word: "an odd end" }], none: null };
  assert.equal(differenceOf(shown, answered), null);
  for (const other of [
    { ...answered, id: 1 },
    { ...answered, at: null },
    { ...answered, list: [] },
    { ...answered, list: [{ word: "a bad end" }] },
    { ...answered, list: [...answered.list, {}] },
    { ...answered, none: undefined },
    { ...answered, more: 1 },
    null,
  ])
    assert.notEqual(differenceOf(shown, other), null, JSON.stringify(other));
  assert.deepEqual(jsonIn('noise\n{\n  "a": 1\n}\nmore noise'), { a: 1 });
  assert.throws(() => jsonIn("noise"));
});

async function environmentOf(house: House): Promise<Readonly<Record<string, string>>> {
  return {
    COUNTERSIGN_URL: house.url,
    COUNTERSIGN_API_KEY: house.apiKey,
    COUNTERSIGN_CLIENT_ID: house.clientId,
    PORT: String(await freePort()),
  };
}

/** Goes through a page as a reader does: runs what can be run, and looks whether what follows it is so. */
async function follow(terminal: Terminal, snippets: readonly Snippet[]): Promise<void> {
  let last: Snippet | null = null;
  let printed = "";
  for (const [index, snippet] of snippets.entries()) {
    const { lang, text } = snippet;
    if (runnable.includes(lang)) {
      [last, printed] = [snippet, await terminal.run(snippet)];
      const isToFail = snippets[index + 1]?.text.includes('"error"') ?? false;
      assert.ok(isToFail || !printed.includes('"error_msg"'), `${text}\n${printed}`);
      continue;
    }
    if (lang === "text") await terminal.hear(text.trimEnd().split("\n"));
    else if (lang === "json" && last) await compare(terminal, { shown: text, asked: last, printed });
    else assert.fail(`A snippet that is not run: ${lang}\n${text}`);
  }
}

type Comparing = { readonly shown: string; readonly asked: Snippet; readonly printed: string };

/** What only reads is asked again until its answer is as shown: events arrive behind the answer that caused them. */
async function compare(terminal: Terminal, { shown, asked, printed }: Comparing): Promise<void> {
  const reads = asked.lang === "sh" && !/ -(X|d|F|o) | &$/m.test(asked.text);
  const until = Date.now() + (reads ? askAgainMs : 0);
  let difference = differenceOf(JSON.parse(shown), jsonIn(printed));
  while (difference !== null && Date.now() < until) {
    await sleep(100);
    difference = differenceOf(JSON.parse(shown), jsonIn(await terminal.run(asked)));
  }
  assert.equal(difference, null, asked.text);
}

/** People who sign whatever is mailed to an address at example.com, as it comes. */
function startSigners(house: House): { readonly stop: () => Promise<void> } {
  let going = true;
  const done = new Set<string>();
  const work = (async () => {
    while (going) {
      for (const letter of await invitations(house)) {
        if (done.has(letter.letter_id)) continue;
        done.add(letter.letter_id);
        const link = await mailedLinkOf(house, { requestId: letter.request_id ?? "", to: letter.to_email });
        const page = openPage(house, { link });
        assert.ok((await page.finish(answersTo(await open(page)))).ok);
      }
      await sleep(50);
    }
  })();
  return {
    async stop() {
      going = false;
      await work;
    },
  };
}

async function invitations({ store }: House) {
  return store.read
    .selectFrom("letters")
    .select(["letter_id", "request_id", "to_email"])
    .where("kind", "=", "signature_request_sent")
    .where("to_email", "like", "%@example.com")
    .orderBy("letter_id")
    .execute();
}

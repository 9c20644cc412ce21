import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** A change to one file of the sources: each text must stand there exactly once. */
export type Mutation = {
  readonly file: string;
  readonly replace: readonly (readonly [text: string, by: string])[];
};

const root = resolve(import.meta.dirname, "../..");

/** The event and what it owes are written after the commit of the change, in a transaction of their own. */
export const eventOutside: Mutation = {
  file: "src/server/transact.ts",
  replace: [
    ["    let wakes:", "    const works: Work[] = [];\n    let wakes:"],
    ["      for (const reaction of reactions) await reaction(work);\n", "      works.push(work);\n"],
    [
      "    wake(wakes, accountIds);",
      `    await store.transact(async (tx) => {
      for (const work of works) for (const reaction of reactions) await reaction({ ...work, tx });
    });
    wake(wakes, accountIds);`,
    ],
  ],
};

/** Whoever held a delivery once may settle it. */
export const fenceRemoved: Mutation = {
  file: "src/outbox/settle.ts",
  replace: [["delivery_id = v.id and lease_no = v.lease and worker_id = v.worker and", "delivery_id = v.id and"]],
};

/** Status 200 is enough for an acknowledgement. */
export const phraseLoosened: Mutation = {
  file: "src/callbacks/verdict.ts",
  replace: [
    ["status === 200 && new TextDecoder().decode(body).includes(acknowledgement)", "status === 200 && body !== null"],
  ],
};

/** Copies the sources and the rig to a temporary folder, changed; resolves to the folder. A change that does not fit throws. */
export function makeMutant({ file, replace }: Mutation): { readonly tree: string; readonly remove: () => void } {
  const tree = mkdtempSync(join(tmpdir(), "countersign-mutant-"));
  cpSync(join(root, "src"), join(tree, "src"), { recursive: true });
  for (const name of readdirSync(import.meta.dirname).filter((one) => one.startsWith("rig-")))
    cpSync(join(import.meta.dirname, name), join(tree, "test/delivery", name));
  cpSync(join(root, "package.json"), join(tree, "package.json"));
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));

  let text = readFileSync(join(tree, file), "utf8");
  for (const [old, by] of replace) {
    assert.equal(text.split(old).length, 2, `${file} has once: ${old}`);
    text = text.replace(old, () => by);
  }
  writeFileSync(join(tree, file), text);
  return { tree, remove: () => rmSync(tree, { recursive: true, force: true }) };
}

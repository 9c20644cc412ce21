import assert from "node:assert/strict";
import { test } from "node:test";
import { rules } from "./rules.ts";
import { parseSource, placeOf, sourcesIn } from "./tree.ts";

for (const { says, folders, find, broken } of rules) {
  test(says, () => {
    for (const text of broken) {
      assert.ok(
        find(parseSource("src/requests/broken.ts", text)).length > 0,
        `the law does not see: ${text.slice(0, 80)}`,
      );
    }

    const places = sourcesIn(...folders).flatMap((source) => find(source).map((place) => placeOf(source, place)));
    assert.deepEqual(places, []);
  });
}

test("no file is a drawer for things without a place of their own", () => {
  const drawer = /^(utils?|helpers?|services?|managers?|types|index|common|misc|shared)\.tsx?$/;
  const paths = sourcesIn("src", "scripts", "benchmarks", "examples", "test").map(({ path }) => path);

  assert.ok(drawer.test("utils.ts"));
  assert.deepEqual(
    paths.filter((path) => drawer.test(path.split("/").at(-1) ?? "")),
    [],
  );
});

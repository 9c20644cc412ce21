import assert from "node:assert/strict";

/** The samples of `/metrics` by name and labels, as they are written. */
export type Metrics = ReadonlyMap<string, number>;

/**
 * Reads a page of metrics line by line, as Prometheus does (text format 0.0.4): each family has HELP and TYPE first, its samples stand
 * together, no sample comes twice, counters are whole and end in _total.
 */
export function parseMetrics(text: string): Metrics {
  assert.ok(text.endsWith("\n"), "the last line ends too");
  const samples = new Map<string, number>();
  const kinds = new Map<string, string>();
  let helped = "";
  let family = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const help = /^# HELP ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge)$/.exec(line);
    if (help) {
      helped = help[1] ?? "";
      continue;
    }
    if (type) {
      family = type[1] ?? "";
      assert.equal(family, helped, "HELP stands right before TYPE");
      assert.ok(!kinds.has(family), `${family} comes once`);
      kinds.set(family, type[2] ?? "");
      continue;
    }
    const sample =
      /^([a-zA-Z_:][\w:]*)(\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\})? (\d+(?:\.\d+)?(?:e\+?\d+)?)$/.exec(
        line,
      );
    assert.ok(sample, `a line of the format: ${line}`);
    assert.equal(sample[1], family, "a sample stands below its family");
    const isCounter = kinds.get(family) === "counter";
    assert.equal(isCounter, family.endsWith("_total"), family);
    const name = `${sample[1]}${sample[2] ?? ""}`;
    assert.ok(!samples.has(name), `${name} comes once`);
    samples.set(name, Number(sample[3]));
  }
  return samples;
}

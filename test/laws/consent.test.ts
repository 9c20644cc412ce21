import assert from "node:assert/strict";
import { test } from "node:test";
import { hashOf } from "../../src/base/secrets.ts";
import { agreedConsent, consentOf, consentVersion, consentVersions } from "../../src/signing/consent.ts";

/** What each version said, by the first digits of its SHA-256. A change of words is a new version beside these. */
const known: Readonly<Record<string, string>> = {
  "2026-11": "084d531c62c84d6a",
  "2026-11-2": "db49e7b2c839e256",
  "2026-11-2-test": "d0e356245853751d",
  "2026-11-2-de": "df40da0eb8900e7d",
  "2026-11-2-test-de": "5f28c9a38c8bffea",
  "2026-11-2-fr": "c73d0394a5556181",
  "2026-11-2-test-fr": "2532e75775efd593",
  "2026-11-2-es": "87cb099c447d49b6",
  "2026-11-2-test-es": "cc2213e85ff1aa98",
  "2026-11-2-it": "03cc2c8f658d0d62",
  "2026-11-2-test-it": "1fe67d8577179f40",
  "2026-11-2-pt": "10968a2e4b773a4c",
  "2026-11-2-test-pt": "ba956ca9a09d74ee",
  "2026-11-2-nl": "cbfa25af9283b7ce",
  "2026-11-2-test-nl": "a345e6b30177cd2e",
  "2026-11-2-pl": "3c6687e8d81c4e00",
  "2026-11-2-test-pl": "2e27990b7a009966",
  "2026-11-2-uk": "ea782942e7665854",
  "2026-11-2-test-uk": "9ca5fe61c646c158",
  "2026-11-2-ja": "e667ef1e4ce000fb",
  "2026-11-2-test-ja": "aa0f9d0edb64cf0c",
  "2026-11-2-zh": "674bef4e48e09e84",
  "2026-11-2-test-zh": "b753d3d5be2fd761",
  "2026-11-2-ar": "6144aa48834db62c",
  "2026-11-2-test-ar": "84177cd4c3842ace",
  "2026-11-2-he": "c215b3056974b74e",
  "2026-11-2-test-he": "ff1d17ddbb3f120b",
};

test("the words of a version never change, and no version is without words", () => {
  const now = Object.fromEntries(
    consentVersions().map((version) => [version, hashOf(consentOf(version) ?? "").slice(0, 16)]),
  );
  assert.deepEqual(now, known);
});

test("only what is shown now is taken, in any language, and a test's text only for a test", () => {
  assert.equal(agreedConsent(consentVersion({ testMode: false }), { testMode: false })?.version, "2026-11-2");
  assert.match(agreedConsent("2026-11-2-de", { testMode: false })?.text ?? "", /^Mit „Ich stimme zu“/);
  for (const version of ["2026-11", "2026-11-2-test", "2026-11-2-xx", "2026-11-2-test-de", ""])
    assert.equal(agreedConsent(version, { testMode: false }), null);
  assert.equal(agreedConsent("2026-11-2-test-ar", { testMode: true })?.version, "2026-11-2-test-ar");
  assert.equal(agreedConsent("2026-11-2", { testMode: true }), null);
});

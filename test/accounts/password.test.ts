import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPassword, hashPassword } from "../../src/accounts/password.ts";

test("a password is known by its hash, and another one is not, however near", async () => {
  const hash = await hashPassword("correct horse ü");
  assert.match(hash, /^argon2id\$[\w-]{22}\$[\w-]{43}$/);
  assert.equal(await checkPassword("correct horse ü", hash), true);
  for (const wrong of ["correct horse u", "correct horse ü ", "", hash])
    assert.equal(await checkPassword(wrong, hash), false);
});

test("the same password never has the same hash twice", async () => {
  assert.notEqual(await hashPassword("correct horse"), await hashPassword("correct horse"));
});

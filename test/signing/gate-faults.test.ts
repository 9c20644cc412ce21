import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { ann } from "../support/requests.ts";

const phone = "+380441234567";
let house: House;

before(async () => {
  const [sqlite] = grounds();
  assert.ok(sqlite);
  house = await sqlite.open();
});

after(() => house.close());

test("a number that is none, a purpose that is none, an embedded delivery and a blank code are refused by name", async () => {
  for (const [guard, path, words] of [
    [{ sms_phone_number: "0441234567" }, "signers[0][sms_phone_number]", /country code/],
    [
      { sms_phone_number: phone, sms_phone_number_type: "fun" },
      "signers[0][sms_phone_number_type]",
      /authentication or delivery/,
    ],
    [{ sms_phone_number: phone, sms_phone_number_type: "delivery" }, "signers[0][sms_phone_number_type]", /embedded/],
    [{ pin: "123" }, "signers[0][pin]", /4/],
    [{ pin: "    " }, "signers[0][pin]", /space/],
  ] as const) {
    const { status, error } = await refusal({ ...ann, ...guard });
    assert.equal(status, 400);
    assert.equal(error.error_path, path);
    assert.match(error.error_msg, words);
  }
});

async function refusal(signer: object) {
  const json = {
    client_id: house.clientId,
    file_urls: ["https://example.com/a.pdf"],
    signers: [signer],
    test_mode: true,
  };
  const answer = await ask(house, "POST /signature_request/create_embedded", { json });
  const { error } = JSON.parse(answer.bytes.toString("utf8")) as {
    readonly error: { readonly error_path?: string; readonly error_msg: string };
  };
  return { status: answer.status, error };
}

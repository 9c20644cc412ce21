import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, faultOf } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { ann, requestOf, send, stateOf, untilState } from "../support/requests.ts";

const [sqlite] = grounds();
let house: House;

before(async () => {
  assert.ok(sqlite);
  house = await sqlite.open();
});

after(() => house.close());

for (const api_id of ["constructor", "__proto__", "toString"]) {
  test(`a field is not called ${api_id}, under which every object has something already`, async () => {
    const field = { api_id, type: "text", document_index: 0, page: 1, signer: 0, x: 1, y: 1, width: 9, height: 9 };
    const answer = await send(house, { form_fields_per_document: [{ ...field, required: false }] });
    assert.deepEqual(faultOf(answer), [400, "bad_request", "form_fields_per_document[0][api_id]"]);
  });
}

test("a pattern longer than the signing page would check is refused when the request is made", async () => {
  const field = { api_id: "a", type: "text", document_index: 0, page: 1, signer: 0, x: 1, y: 1, width: 9, height: 9 };
  const pattern = { validation_type: "custom_regex", validation_custom_regex: "a".repeat(501) };
  const answer = await send(house, { form_fields_per_document: [{ ...field, ...pattern, required: true }] });
  assert.deepEqual(faultOf(answer), [400, "bad_request", "form_fields_per_document[0][validation_custom_regex]"]);
});

test("an address that forces nothing forces nothing, whatever word stands in it", async () => {
  const signers = [{ ...ann, email_address: "ann+constructor@hellosign.com" }];
  const { signature_request_id: id } = requestOf(await send(house, { signers }));
  await untilState(house, { id, not: ["processing"] });
  assert.equal(await stateOf(house, id), "awaiting");
});

test("the name of a fetched file has no line ends, no NUL and no marks that turn the writing round", async () => {
  const url = "http://127.0.0.1:9/folder%2F..%2Fa%00%0d%0aSet-Cookie:%20b%E2%80%AEfdp.pdf";
  const { title, signature_request_id: id } = requestOf(
    await send(house, { files: [], file_urls: [url], title: undefined }),
  );
  assert.equal(title, "aSet-Cookie: bfdp.pdf");
  await untilState(house, { id, not: ["processing"] });
});

test("a domain that would end a source of the page's policy is refused", async () => {
  for (const domain of ["evil.test;sandbox", "a.test,b.test", "'self'", "*.test", "a b.test"]) {
    const answer = await ask(house, "POST /api_app", { json: { name: domain, domains: ["ok.test", domain] } });
    assert.deepEqual(faultOf(answer), [400, "bad_request", "domains[1]"], domain);
  }
  for (const domain of ["a_b.test", "xn--bcher-kva.test", "[2001:db8::1]", "10.0.0.1"]) {
    const answer = await ask(house, "POST /api_app", { json: { name: domain, domains: [domain] } });
    assert.equal(answer.status, 201, domain);
  }
});

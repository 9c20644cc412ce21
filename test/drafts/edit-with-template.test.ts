import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, faultOf } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { bob, requestOf, sendAndWait } from "../support/requests.ts";
import { cast, makeTemplate } from "../support/templates.ts";

const sent = "signature_request_sent";

for (const ground of grounds()) {
  describe(`requests are edited with templates, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let template: string;
    before(async () => {
      house = await openHeardHouse(ground);
      template = await makeTemplate(house);
    });
    after(() => house.close());

    for (const [way, mailed] of [
      ["edit_with_template", true],
      ["edit_embedded_with_template", false],
    ] as const)
      test(`${way} keeps the id and says all anew, what templates say`, async () => {
        const { signature_request_id: id } = await sendAndWait(house, { mailed, signers: [bob] });
        const json = {
          template_ids: [template],
          signers: cast,
          test_mode: true,
          ...(mailed ? {} : { client_id: house.clientId }),
        };
        const edited = requestOf(await ask(house, `PUT /signature_request/${way}/${id}`, { json }));
        assert.deepEqual(
          [edited.signature_request_id, edited.template_ids, edited.signatures.map(({ signer_role: role }) => role)],
          [id, [template], ["Client", "Witness"]],
        );
        const found = await ask(house, `GET /signature_request/list?query=template:${template}`);
        assert.ok(found.bytes.toString().includes(id));
        await house.quiet();
        const types = (await eventsOf(house, id)).filter((type) => type !== "signature_request_signer_removed");
        assert.deepEqual(types, [sent, sent]);
        const bare = await ask(house, `PUT /signature_request/${way}/${id}`, {
          json: { ...json, signers: cast.slice(1) },
        });
        assert.deepEqual(faultOf(bare), [400, "bad_request", "signers"]);
      });
  });
}

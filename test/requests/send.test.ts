import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Type } from "typebox";
import { ListInfo } from "../../src/wire/shapes.ts";
import { SignatureRequest } from "../../src/wire/signature-request.ts";
import { ask, readAs } from "../support/ask.ts";
import { type FileHost, holding, startFileHost } from "../support/file-host.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, mailedLinkOf, open, openPage, sign } from "../support/page.ts";
import {
  ann,
  bob,
  inDays,
  type NewRequest,
  OneRequest,
  onePage,
  requestOf,
  send,
  sendAndWait,
  signatureOf,
} from "../support/requests.ts";

const List = Type.Object({ signature_requests: Type.Array(SignatureRequest), list_info: ListInfo });

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    async function lettersAbout(requestId: string) {
      const rows = await house.store.read
        .selectFrom("letters")
        .select(["kind", "to_email", "subject"])
        .where("request_id", "=", requestId)
        .orderBy("created_at")
        .orderBy("to_email")
        .execute();
      return rows.map(({ kind, to_email }) => `${kind.replace("signature_request_", "")} ${to_email}`);
    }

    test("an embedded request is shown whole from the first answer on, and becomes one sent event", async () => {
      const expires_at = inDays(10);
      const before = Math.floor(Date.now() / 1000);
      const shown = requestOf(
        await send(house, {
          title: "Lease",
          subject: "Your lease",
          message: "Please sign.",
          signers: [
            { ...ann, order: 3 },
            { ...bob, order: 1 },
          ],
          cc_email_addresses: ["law@example.com"],
          metadata: { deal: 9, none: null, empty: "", more: { a: [1, null, "x"], b: null } },
          signing_redirect_url: "https://example.com/done",
          expires_at,
        }),
      );
      const { signature_request_id: id, created_at, signatures, ...rest } = shown;

      assert.match(id, /^[0-9a-f]{40}$/);
      assert.ok(created_at >= before && created_at <= Date.now() / 1000);
      assert.deepEqual(rest, {
        test_mode: true,
        requester_email_address: "admin@localhost",
        title: "Lease",
        original_title: "Lease",
        subject: "Your lease",
        message: "Please sign.",
        metadata: { deal: 9, none: null, empty: "", more: { a: [1, null, "x"], b: null } },
        expires_at: Math.floor(expires_at / 3600) * 3600,
        is_complete: false,
        is_declined: false,
        has_error: false,
        files_url: `${house.url}/v3/signature_request/files/${id}`,
        signing_url: null,
        details_url: `${house.url}/app/requests/${id}`,
        cc_email_addresses: ["law@example.com"],
        signing_redirect_url: "https://example.com/done",
        final_copy_uri: `/v3/signature_request/final_copy/${id}`,
        template_ids: null,
        custom_fields: [],
        attachments: [],
        response_data: [],
        bulk_send_job_id: null,
        client_id: house.clientId,
        signer_experience: { form_view: "disabled" },
      });
      const [first, second] = signatures;
      assert.match(first?.signature_id ?? "", /^[0-9a-f]{32}$/);
      assert.notEqual(first?.signature_id, second?.signature_id);
      assert.deepEqual(
        signatures.map(({ signer_name, signer_email_address, order, status_code }) => [
          signer_name,
          signer_email_address,
          order,
          status_code,
        ]),
        [
          ["Ann Lee", "ann@example.com", 3, "awaiting_signature"],
          ["Bob Ray", "bob@example.com", 1, "awaiting_signature"],
        ],
      );

      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
      assert.deepEqual(requestOf(await ask(house, `GET /signature_request/${id}`)), shown);
      assert.deepEqual(await lettersAbout(id), []);
    });

    test("the callback carries the very object that GET answers", async () => {
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      await eventsOf(house, id);
      const heard = house.receiver.heard.filter(
        ({ payload }) => payload.signature_request?.signature_request_id === id,
      );
      assert.deepEqual(
        heard.map(({ payload }) => payload.signature_request),
        [shown, shown],
      );
    });

    test("while it is processed a request is shown by GET and by list, and nothing is called back", async () => {
      const host: FileHost = await startFileHost();
      const slow = holding(onePage);
      const url = host.at("/slow.pdf", slow.listener);
      const shown = requestOf(await send(house, { files: [], file_urls: [url] }));
      const { signature_request_id: id } = shown;

      assert.deepEqual(requestOf(await ask(house, `GET /signature_request/${id}`)), shown);
      const { signature_requests } = readAs(List, await ask(house, "GET /signature_request/list"));
      assert.deepEqual(signature_requests[0], shown);
      assert.equal(signatureOf(shown).status_code, "awaiting_signature");
      assert.deepEqual(house.receiver.types(id), []);
      slow.release();
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
      await host.close();
    });

    test("a mailed request invites everybody at once; without orders all may sign at any time", async () => {
      const { signature_request_id: id } = await sendAndWait(house, { mailed: true, signers: [ann, bob] });
      assert.deepEqual(await lettersAbout(id), ["sent ann@example.com", "sent bob@example.com"]);
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
    });

    test("an ordered request invites each signer when it is their turn, and tells all when it is complete", async () => {
      const { signature_request_id: id } = await sendAndWait(house, {
        mailed: true,
        cc_email_addresses: ["law@example.com", "Ann@example.com"],
        signers: [
          { ...ann, order: 1 },
          { ...bob, order: 0 },
        ],
      });
      assert.deepEqual(await lettersAbout(id), ["sent bob@example.com"]);
      for (const to of ["bob@example.com", "ann@example.com"]) {
        const page = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to }) });
        assert.equal((await page.finish(answersTo(await open(page)))).ok, true);
      }

      assert.deepEqual(await eventsOf(house, id), [
        "signature_request_sent",
        "signature_request_viewed",
        "signature_request_signed",
        "signature_request_viewed",
        "signature_request_signed",
        "signature_request_all_signed",
        "signature_request_downloadable",
      ]);
      assert.deepEqual(await lettersAbout(id), [
        "sent bob@example.com",
        "signed ann@example.com",
        "all_signed admin@localhost",
        "all_signed ann@example.com",
        "all_signed bob@example.com",
        "all_signed law@example.com",
      ]);
    });

    test("a signer at a later place may not sign before those of all lower places are done", async () => {
      const cy = { name: "Cy Orr", email_address: "cy@example.com" };
      const { signatures } = await sendAndWait(house, {
        signers: [
          { ...ann, order: 2 },
          { ...bob, order: 2 },
          { ...cy, order: 0 },
        ],
      });
      const [annId = "", bobId = "", cyId = ""] = signatures.map(({ signature_id }) => signature_id);
      const may = async (id: string) => (await ask(house, `GET /embedded/sign_url/${id}`)).status === 200;

      assert.deepEqual([await may(annId), await may(bobId), await may(cyId)], [false, false, true]);
      await sign(house, cyId);
      assert.deepEqual([await may(annId), await may(bobId), await may(cyId)], [true, true, false]);
    });

    test("what is taken without effect is told in warnings, once each", async () => {
      const { warnings } = readAs(
        OneRequest,
        await send(house, {
          custom_fields: [{ name: "Cost", value: "$20" }],
          hide_text_tags: true,
          form_field_groups: [{ group_id: "nobody", group_label: "", requirement: "require_1" }],
          signers: [{ ...ann, sms_phone_number_type: "authentication" }],
        }),
      );
      assert.deepEqual(
        warnings?.map(({ warning_name, warning_msg }) => `${warning_name} ${warning_msg.split(":")[0]?.split(" ")[0]}`),
        [
          "parameter_conflict hide_text_tags",
          "parameter_ignored form_field_groups,",
          "parameter_ignored sms_phone_number_type",
          "parameter_ignored custom_fields,",
        ],
      );
      const plain = readAs(OneRequest, await send(house, { allow_reassign: true, custom_fields: [] }));
      assert.equal(plain.warnings, undefined);
    });

    test("without a title the subject is the title, then the first file's name", async () => {
      const titleOf = async (parameters: NewRequest) => requestOf(await send(house, parameters)).title;
      assert.equal(await titleOf({ title: "  ", subject: "Your lease" }), "Your lease");
      assert.equal(await titleOf({ title: undefined }), "paper-1.pdf");
    });

    test("two signers may share an address, and one name may sign under two addresses", async () => {
      const shown = await sendAndWait(house, {
        signers: [ann, { ...ann, name: "Ann Lee, director" }, { ...ann, email_address: "ann@home.example" }],
      });
      assert.equal(shown.signatures.length, 3);
      assert.equal(shown.has_error, false);
    });

    test("many requests at once are all processed, each with its own sent event", async () => {
      const asked = await Promise.all(Array.from({ length: 8 }, (_, n) => send(house, { title: `Lease ${n}` })));
      for (const answer of asked) {
        const { signature_request_id: id } = requestOf(answer);
        assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
      }
    });
  });
}

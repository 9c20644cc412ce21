import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Asking, ask, faultOf } from "../support/ask.ts";
import { type FileHost, giving, startFileHost } from "../support/file-host.ts";
import { eventsOf, type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { ann, bob, formOf, onePage, requestOf, type Shown } from "../support/requests.ts";

const create = "POST /signature_request/create_embedded";

/** What does not depend on the spelling: everything but ids, times and addresses. */
function essenceOf({ signatures, ...request }: Shown) {
  const { signature_request_id, created_at, files_url, details_url, final_copy_uri, ...rest } = request;
  assert.match(signature_request_id, /^[0-9a-f]{40}$/);
  return { ...rest, signatures: signatures.map(({ signature_id, ...signature }) => signature) };
}

function entries(pairs: readonly (readonly [string, string])[]): FormData {
  const form = new FormData();
  for (const [name, value] of pairs) form.append(name, value);
  return form;
}

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let host: FileHost;
    let plain: Readonly<Record<string, unknown>>;
    let brackets: readonly (readonly [string, string])[];

    before(async () => {
      house = await openHeardHouse(ground);
      host = await startFileHost();
      host.at("/paper.pdf", giving(onePage));
      plain = {
        client_id: house.clientId,
        title: "Lease",
        subject: "Your lease",
        message: "Please sign. Thank you.",
        signers: [
          { ...ann, order: 0 },
          { ...bob, order: 1 },
        ],
        cc_email_addresses: ["law@example.com", "file@example.com"],
        metadata: { deal: "9", more: { nested: "yes" } },
        allow_decline: true,
        test_mode: true,
        signing_redirect_url: "https://example.com/done",
        field_options: { date_format: "DD - MM - YYYY" },
      };
      brackets = [
        ["client_id", house.clientId],
        ["title", "Lease"],
        ["subject", "Your lease"],
        ["message", "Please sign. Thank you."],
        ["signers[1][name]", "Ann Lee"],
        ["signers[1][email_address]", "ann@example.com"],
        ["signers[1][order]", "0"],
        ["signers[2][name]", "Bob Ray"],
        ["signers[2][email_address]", "bob@example.com"],
        ["signers[2][order]", "1"],
        ["cc_email_addresses[]", "law@example.com"],
        ["cc_email_addresses[]", "file@example.com"],
        ["metadata[deal]", "9"],
        ["metadata[more][nested]", "yes"],
        ["allow_decline", "1"],
        ["test_mode", "1"],
        ["signing_redirect_url", "https://example.com/done"],
        ["field_options[date_format]", "DD - MM - YYYY"],
      ];
    });

    after(async () => {
      await house.close();
      await host.close();
    });

    test("one request in every spelling that clients use is one and the same request", async () => {
      const curl = entries(brackets);
      curl.append("file[0]", new Blob([Buffer.from(onePage)]), "paper.pdf");
      const urlencoded = new URLSearchParams(brackets.map(([name, value]): [string, string] => [name, value]));
      urlencoded.append("file_url[0]", `${host.url}/paper.pdf`);
      const python = formOf([onePage], { ...plain, test_mode: "True", allow_decline: "True", is_eid: "False" });
      const spellings: readonly (readonly [string, Asking])[] = [
        ["JSON", { json: { ...plain, file_urls: [`${host.url}/paper.pdf`] } }],
        ["the official SDK's multipart", { form: formOf([onePage], plain) }],
        ["Python's truth", { form: python }],
        ["curl's brackets, signers from 1", { form: curl }],
        ["urlencoded brackets, one file_url", { form: urlencoded }],
        [
          "JSON that says it is a form",
          {
            text: JSON.stringify({ ...plain, file_url: `${host.url}/paper.pdf` }),
            headers: { "content-type": "application/x-www-form-urlencoded" },
          },
        ],
      ];

      const shown = [];
      for (const [spelling, asking] of spellings) {
        const answer = await ask(house, create, asking);
        assert.equal(answer.status, 200, `${spelling}: ${answer.bytes.toString()}`);
        shown.push(requestOf(answer));
      }
      const [first, ...others] = shown.map(essenceOf);
      assert.equal(first?.title, "Lease");
      assert.deepEqual(first?.metadata, { deal: "9", more: { nested: "yes" } });
      assert.deepEqual(first?.cc_email_addresses, ["law@example.com", "file@example.com"]);
      assert.deepEqual(
        first?.signatures.map(({ order, signer_name, signer_email_address }) => [
          order,
          signer_name,
          signer_email_address,
        ]),
        [
          [0, "Ann Lee", "ann@example.com"],
          [1, "Bob Ray", "bob@example.com"],
        ],
      );
      for (const [index, other] of others.entries()) assert.deepEqual(other, first, spellings[index + 1]?.[0]);
      for (const { signature_request_id: id } of shown)
        assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
    });

    test("a truth may be spelt in every way that the SDKs know, and in no other", async () => {
      const asked = { ...plain, signers: [ann], file_urls: [`${host.url}/paper.pdf`] };
      for (const [spelling, truth] of [
        [true, true],
        [1, true],
        ["1", true],
        ["True", true],
        ["on", true],
        [false, false],
        [0, false],
        ["0", false],
        ["False", false],
        ["", false],
        [null, false],
      ] as const) {
        const answer = await ask(house, create, { json: { ...asked, test_mode: spelling } });
        assert.equal(requestOf(answer).test_mode, truth, String(spelling));
      }

      const before = await tracesOf(house);
      for (const spelling of ["maybe", 2, [], {}, "yes"]) {
        const answer = await ask(house, create, { json: { ...asked, test_mode: spelling } });
        assert.deepEqual(faultOf(answer), [400, "bad_request", "test_mode"]);
      }
      assert.equal((await tracesOf(house)).signature_requests, before.signature_requests);
    });

    test("what is wrong with a signer is told under the key that the caller wrote", async () => {
      const without = (name: string) => entries(brackets.filter(([key]) => key !== name));
      const withFile = (form: FormData) => {
        form.append("files[]", new Blob([Buffer.from(onePage)]), "paper.pdf");
        return form;
      };
      const before = await tracesOf(house);
      const twice = entries(
        brackets.map(([name, value]) => {
          if (name === "signers[2][name]") return [name, "Ann Lee"] as const;
          return name === "signers[2][email_address]" ? ([name, "ANN@example.com"] as const) : ([name, value] as const);
        }),
      );

      for (const [form, path] of [
        [without("signers[2][email_address]"), "signers[2][email_address]"],
        [without("signers[2][order]"), "signers[2][order]"],
        [twice, "signers[2][email_address]"],
        [entries([...brackets, ["signers[2][pin]", "123"]]), "signers[2][pin]"],
        [entries([...brackets, ["signers[Client][name]", "Cy"]]), "signers[Client]"],
      ] as const)
        assert.deepEqual(faultOf(await ask(house, create, { form: withFile(form) })), [400, "bad_request", path]);
      const { signature_requests, files } = await tracesOf(house);
      assert.deepEqual([signature_requests, files], [before.signature_requests, before.files]);
    });

    test("files come in the order of their numbers, under any of their names, and keep their names", async () => {
      const form = formOf([], { ...plain, signers: [ann], title: undefined, subject: undefined });
      form.append("files[10]", new Blob([Buffer.from(onePage)]), "../folder/third.pdf");
      form.append("files[2]", new Blob([Buffer.from(onePage)]), "second „ü“.pdf");
      form.append("files[0]", new Blob([Buffer.from(onePage)]), "first.pdf");
      const { signature_request_id: id, title } = requestOf(await ask(house, create, { form }));

      const files = await house.store.read
        .selectFrom("request_files")
        .select("name")
        .where("request_id", "=", id)
        .orderBy("position")
        .execute();
      assert.deepEqual(
        files.map(({ name }) => name),
        ["first.pdf", "second „ü“.pdf", "third.pdf"],
      );
      assert.equal(title, "first.pdf");
    });
  });
}

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { type Answered, ask, faultOf, readAs, wordsOf } from "../support/ask.ts";
import {
  bulkIdOf,
  bulkPage,
  bulkSend,
  bulkSendFile,
  makeClientTemplate,
  OneBulkSend,
  rowOf,
  rowsOf,
  watchOrders,
} from "../support/bulk.ts";
import { eventsOf, type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { makeTemplate } from "../support/templates.ts";

/** A row of one signer with this in the place of what is right. */
const rowWith = (signer: object, custom_fields: unknown = []) => ({
  signers: [{ ...rowOf(1).signers[0], ...signer }],
  custom_fields,
});

for (const ground of grounds()) {
  describe(`what is wrong with a bulk send is told, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let template: string;
    before(async () => {
      house = await openHeardHouse(ground);
      template = await makeClientTemplate(house);
    });
    after(() => house.close());

    const sendList = (signer_list: unknown, parameters: object = {}) =>
      bulkSend(house, { template_ids: [template], signer_list, ...parameters });
    const sendFile = (file: string | Uint8Array, parameters: object = {}) =>
      bulkSendFile(house, { template_ids: [template], file, ...parameters });

    /** That calls are refused at a path, in words, and that nothing of them is left. */
    async function refused(cases: readonly (readonly [() => Promise<Answered>, string, RegExp])[]): Promise<void> {
      const before = await tracesOf(house);
      for (const [call, path, words] of cases) {
        const answer = await call();
        assert.deepEqual(faultOf(answer), [400, "bad_request", path], wordsOf(answer));
        assert.match(wordsOf(answer), words);
      }
      assert.deepEqual(await tracesOf(house), before);
      const jobs = await house.store.read.selectFrom("bulk_send_jobs").selectAll().execute();
      assert.deepEqual(
        jobs.filter(({ made, total }) => made !== total),
        [],
      );
    }

    test("a row that cannot be processed fails alone, with the event that says why", async () => {
      const [first, second, third] = rowsOf(3);
      const bad = { ...rowOf(2), signers: [{ ...second?.signers[0], email_address: "x+overlayerror@hellosign.com" }] };
      const id = bulkIdOf(await sendList([first, bad, third]));
      await house.quiet();
      const requests = (await bulkPage(house, id)).signature_requests;
      assert.deepEqual(
        requests.map(({ has_error: failed }) => failed),
        [false, true, false],
      );
      assert.deepEqual(await eventsOf(house, requests[1]?.signature_request_id ?? ""), ["file_error"]);
    });

    test("a wrong row refuses the call and is named with its column, whichever it is", async () => {
      const at = (row: object) => () => sendList([rowOf(1), rowOf(2), row, rowOf(4)]);
      await refused([
        [
          at(rowWith({ email_address: "nobody" })),
          "signer_list[2][signers][0][email_address]",
          /^signer_list\[2\]: email_address not valid/,
        ],
        [at(rowWith({ name: " " })), "signer_list[2][signers][0][name]", /blank/],
        [at(rowWith({ name: undefined })), "signer_list[2][signers][0][name]", /required/],
        [
          at(rowWith({ role: "Witness" })),
          "signer_list[2][signers][0][role]",
          /Witness is not the signer role here, which is Client/,
        ],
        [at(rowWith({ pin: "1" })), "signer_list[2][signers][0][pin]", /pin/],
        [at(rowWith({ sms_phone_number: "123" })), "signer_list[2][signers][0][sms_phone_number]", /country code/],
        [at({ signers: [] }), "signer_list[2][signers]", /at least 1/],
        [at({ custom_fields: [] }), "signer_list[2][signers]", /required/],
        [at({ signers: [...rowOf(1).signers, ...rowOf(2).signers] }), "signer_list[2][signers]", /one signer/],
        [at(rowWith({}, [{ value: "x" }])), "signer_list[2][custom_fields][0][name]", /required/],
        [
          at(rowWith({}, [{ name: "Company", value: "x".repeat(10_001) }])),
          "signer_list[2][custom_fields][0][value]",
          /10000|10,000/,
        ],
      ]);
    });

    test("several wrong rows are told at once, the first five of them", async () => {
      const bad = rowWith({ email_address: "nobody" });
      await refused([
        [
          () => sendList([bad, rowOf(2), bad]),
          "signer_list[0][signers][0][email_address]",
          /^signer_list\[0\]: [^;]*; signer_list\[2\]: [^;]*$/,
        ],
        [
          () => sendList(Array.from({ length: 9 }, () => bad)),
          "signer_list[0][signers][0][email_address]",
          /signer_list\[4\]: [^;]*; and more rows$/,
        ],
      ]);
    });

    test("a wrong line of a file is named by its number", async () => {
      const head = "name,email_address,sms_phone_number\n";
      await refused([
        [() => sendFile(`${head}A,a@example.com\n\nB,nobody\n`), "signer_file", /^signer_file, line 4: email_address/],
        [() => sendFile(`${head}A,a@example.com,123`), "signer_file", /^signer_file, line 2: sms_phone_number/],
        [() => sendFile(`${head}A,a@example.com,,4`), "signer_file", /line 2 has 4 values for 3 columns/],
        [() => sendFile(`${head}"A,a@example.com`), "signer_file", /line 2 has a quoted value that does not end/],
        [() => sendFile("name;mail\nA;a@example.com"), "signer_file", /no email_address/],
        [() => sendFile("name,email_address,Name\n"), "signer_file", /two columns Name/],
        [() => sendFile(head), "signer_file", /names no signer/],
        [() => sendFile(" "), "signer_file", /is empty/],
        [() => sendFile(Uint8Array.of(0x6e, 0xe9, 0x0a)), "signer_file", /UTF-8/],
        [() => sendFile("%PDF-1.7\0"), "signer_file", /not a text file/],
      ]);
    });

    test("a list or a file is given, not both and not none, of a template of one role, with a client_id where it is embedded", async () => {
      const two = await makeTemplate(house);
      const copied = await makeClientTemplate(house, { cc_roles: ["Lawyer"] });
      const list = rowsOf(1);
      await refused([
        [() => sendList(undefined), "signer_list", /required/],
        [() => sendList([]), "signer_list", /at least 1/],
        [() => sendFile("name,email_address\nA,a@example.com\n", { signer_list: list }), "signer_file", /not both/],
        [() => sendList(list, { template_ids: [two] }), "template_ids", /these have Client, Witness/],
        [() => sendList(list, { template_ids: [copied] }), "ccs", /Lawyer/],
        [() => sendList(list, { client_id: undefined }), "client_id", /required/],
        [
          () => sendList(list, { custom_fields: [{ name: "Company", value: "A", editor: "Nobody" }] }),
          "custom_fields[0][editor]",
          /Nobody/,
        ],
        [() => sendList(list, { metadata: { a: "x".repeat(1001) } }), "metadata[a]", /1000/],
      ]);
      assert.deepEqual(faultOf(await sendList(list, { template_ids: ["0".repeat(40)] })), [404, "not_found"]);
    });

    test("a call has 250 signers at most", async () => {
      await refused([
        [() => sendList(rowsOf(251)), "signer_list", /at most 250 signers, and this one has 251/],
        [
          () =>
            sendFile(
              `name,email_address\n${rowsOf(251)
                .map((_, n) => `N ${n},n${n}@example.com\n`)
                .join("")}`,
            ),
          "signer_file",
          /at most 250 signers/,
        ],
      ]);
    });

    test("what comes otherwise than meant is told as a warning", async () => {
      const loose = await makeClientTemplate(house, { allow_reassign: true });
      const answer = await bulkSendFile(house, {
        template_ids: [loose, loose],
        file: `name,email_address,city,other_field,company_field\nA,a@example.com,Kyiv,x,${"long ".repeat(100)}\n`,
      });
      const { warnings = [], bulk_send_job: job } = readAs(OneBulkSend, answer);
      assert.deepEqual(warnings.map((one) => one.warning_name).toSorted(), [
        "custom_field_value_too_long",
        "custom_field_values_too_long",
        "duplicate_template_ids",
        "parameter_ignored",
        "parameter_ignored",
        "reassign_unsupported",
      ]);
      assert.match(JSON.stringify(warnings), /signer_file, city: .*custom_fields, other: no merge field/);
      await house.quiet();
      assert.equal((await bulkPage(house, job.bulk_send_job_id)).signature_requests.length, 1);
    });

    test("older callers name signers by their roles, and multipart callers send the list as JSON or count from 1", async () => {
      const person = { name: "Ann Lee", email_address: "ann@example.com" };
      const ways: readonly Record<string, string>[] = [
        { signer_list: JSON.stringify([{ signers: { Client: person }, custom_fields: { Company: "A" } }]) },
        {
          "signer_list[1][signers][1][role]": "Client",
          "signer_list[1][signers][1][name]": person.name,
          "signer_list[1][signers][1][email_address]": person.email_address,
          "signer_list[1][custom_fields][1][name]": "Company",
          "signer_list[1][custom_fields][1][value]": "A",
        },
        { signer_file: "name,email_address,company_field\nAnn Lee,ann@example.com,A" },
      ];
      for (const way of ways) {
        const form = new FormData();
        for (const [name, value] of Object.entries({ test_mode: "1", "template_ids[0]": template, ...way }))
          form.set(name, value);
        const id = bulkIdOf(await ask(house, "POST /signature_request/bulk_send_with_template", { form }));
        await house.quiet();
        const [made] = (await bulkPage(house, id)).signature_requests;
        assert.equal(made?.signatures[0]?.signer_name, "Ann Lee");
        assert.deepEqual(
          made.custom_fields.map((field) => Object(field).value),
          ["A"],
        );
      }
    });

    test("while the requests are made, what they have in common is in no row in clear", async () => {
      await watchOrders(house);
      const message = "Words for Ophelia";
      const parameters = { template_ids: [template, template], message, metadata: { who: "Ophelia" } };
      const answer = await bulkSend(house, { ...parameters, signer_list: rowsOf(2) });
      await house.quiet();
      const { signature_requests: made } = await bulkPage(house, bulkIdOf(answer));
      assert.deepEqual(
        made.map((one) => one.message),
        [message, message],
      );
      const { rows } = await sql<{ kept: string | null }>`select kept from watched`.execute(house.store.read);
      const kept = rows.flatMap((row) => row.kept ?? []);
      assert.equal(kept.length > 1, true, "as it began, and once its templates were joined");
      for (const text of kept) assert.match(text, /^v1\.[\w-]+$/);
    });
  });
}

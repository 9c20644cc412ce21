import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { PDF } from "@libpdf/core";
import { Type } from "typebox";
import { FaxShape } from "../../src/wire/fax.ts";
import { ListInfo } from "../../src/wire/shapes.ts";
import { line, paper, pdfOf, stream } from "../documents/papers.ts";
import { ask, basic, faultOf, readAs } from "../support/ask.ts";
import {
  faxAndWait,
  faxEventsOf,
  faxTo,
  goodNumber,
  type NewFax,
  OneFax,
  shownFax,
  statusOf,
} from "../support/faxes.ts";
import { startFileHost } from "../support/file-host.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { makeSecondAccount } from "../support/second-account.ts";

const Listed = Type.Object({ faxes: Type.Array(FaxShape), list_info: ListInfo });
const second = paper({ content: line(72, 700, "Second page") });

/** A page of one picture that nothing makes smaller. */
function noise(side: number): Uint8Array {
  const picture = `/Type /XObject /Subtype /Image /Width ${side} /Height ${side} /ColorSpace /DeviceRGB /BitsPerComponent 8`;
  return pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /P 5 0 R >> >> >>",
    stream("", "q 612 0 0 792 0 0 cm /P Do Q"),
    stream(picture, randomBytes(side * side * 3).toString("latin1")),
  ]);
}

for (const ground of grounds()) {
  describe(`faxes are sent, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    test("a fax is answered at once as transmitting, and is sent with one event that shows it, by callback to the account", async () => {
      const asked = { cover_page_to: "Jill", cover_page_from: "Ann", cover_page_message: "Two lines\nof words" };
      const given = { ...asked, title: "Lease", recipient: "1 (209) 555-0100", files: [second, second] };
      const { fax: first } = readAs(OneFax, await faxTo(house, given));
      assert.deepEqual(
        [first.transmissions, first.message],
        [[{ recipient: goodNumber, sender: null, status_code: "transmitting" }], "Two lines\nof words"],
      );

      assert.deepEqual(await faxEventsOf(house, first.fax_id), ["fax_sent"]);
      const sent = await shownFax(house, first.fax_id);
      assert.equal(statusOf(sent), "success");
      assert.ok(sent.transmissions[0]?.sent_at);
      assert.match(sent.fax_id, /^[0-9a-f]{40}$/);
      assert.deepEqual(
        [sent.sender, sent.metadata, sent.title, sent.original_title],
        ["admin@localhost", {}, "Lease", "Lease"],
      );

      const files = await ask(house, `GET ${new URL(sent.files_url).pathname.slice(3)}`);
      assert.equal(files.headers.get("content-type"), "application/pdf");
      const document = await PDF.load(files.bytes);
      assert.equal(document.getPageCount(), 3);
      const texts = document.getPages().map((page) => page.extractText().text);
      assert.match(texts[0] ?? "", /Fax[\s\S]*Lease[\s\S]*Jill[\s\S]*Ann[\s\S]*2, and this one[\s\S]*Two lines/);
      assert.match(texts[2] ?? "", /Second page/);
      const copy = await ask(house, `GET ${sent.final_copy_uri?.slice(3)}`);
      assert.ok(copy.bytes.equals(files.bytes));

      const [heard] = house.receiver.heard.filter(({ payload }) => payload.transmission?.fax_id === sent.fax_id);
      const { transmission } = heard?.payload ?? {};
      assert.deepEqual(Object.keys(heard?.payload ?? {}), ["account_guid", "client_id", "event", "transmission"]);
      assert.deepEqual(transmission, {
        test_mode: true,
        signature_request_id: "",
        ...sent,
        is_complete: true,
        is_declined: false,
        has_error: false,
        cc_email_addresses: [],
        template_ids: null,
        custom_fields: [],
        attachments: [],
        response_data: [],
        signatures: [],
      });

      const { event_id: eventId } = await house.store.read
        .selectFrom("events")
        .select("event_id")
        .where("fax_id", "=", sent.fax_id)
        .executeTakeFirstOrThrow();
      const headers = { authorization: basic(house.apiKey) };
      assert.equal((await fetch(`${house.url}/api/events/${eventId}/resend`, { method: "POST", headers })).status, 200);
      const deliveries = await house.store.read
        .selectFrom("deliveries")
        .select(["replay_no", "request_id"])
        .where("event_id", "=", eventId)
        .orderBy("replay_no")
        .execute();
      assert.deepEqual(
        deliveries.map((one) => [one.replay_no, one.request_id]),
        [0, 1].map((replayNo) => [replayNo, sent.fax_id]),
        "what is sent again keeps the order of the fax's events",
      );
    });

    const endings = [
      ["9901", "error_busy", ["fax_busy"]],
      ["9902", "error_no_answer", ["fax_no_answer"]],
      ["9903", "error_disconnected", ["fax_disconnected"]],
      ["9904", "error_bad_destination", ["fax_blacklisted"]],
      ["9905", "error_could_not_fax", []],
      ["9906", "error_unknown", []],
      ["9907", "success", ["fax_on_hold", "fax_sent"]],
      ["9908", "error_bad_destination", ["fax_blacklisted"]],
    ] as const;
    test("each testing number ends as it says, with its events and no others, in order", async () => {
      const made = await Promise.all(endings.map(([digits]) => faxTo(house, { recipient: `+1209555${digits}` })));
      for (const [index, [digits, status, events]] of endings.entries()) {
        const { fax } = readAs(OneFax, made[index] ?? assert.fail());
        assert.deepEqual(await faxEventsOf(house, fax.fax_id), events, digits);
        assert.equal(statusOf(await shownFax(house, fax.fax_id)), status, digits);
      }
      const busy = house.receiver.heard.find(({ payload }) => payload.event.event_type === "fax_busy")?.payload;
      assert.equal(busy?.event.event_metadata.event_message, "The line was busy.");
      assert.deepEqual([busy?.transmission?.has_error, busy?.transmission?.is_complete], [true, false]);
    });

    test("a fax to an e-mail address is a letter with a link that gives the document, sent at once", async () => {
      const sent = await faxAndWait(house, { recipient: "jill@example.com", sender: "+12095550199", title: "By mail" });
      assert.deepEqual([statusOf(sent), sent.transmissions[0]?.sender], ["success", null]);
      assert.deepEqual(await faxEventsOf(house, sent.fax_id), ["fax_sent"]);
      const letter = await house.store.read
        .selectFrom("letters")
        .selectAll()
        .where("to_email", "=", "jill@example.com")
        .executeTakeFirstOrThrow();
      const [link = ""] = /http:\S+/.exec(letter.text_body) ?? [];
      const document = await fetch(link);
      assert.equal(document.headers.get("content-type"), "application/pdf");
      assert.equal((await fetch(link.replace(/key=./, "key=z"))).status, 404);
    });

    test("what the development provider carries is in the inbox, and a file that cannot be used fails the fax in words, without an event", async () => {
      const sent = await faxAndWait(house, { title: "Look into the inbox" });
      const page = await (await fetch(`${house.url}/inbox`)).text();
      assert.match(page, /Fax: Look into the inbox/);
      const bad = await faxAndWait(house, { files: [Buffer.from("%PDF-1.4\nbroken\n")] });
      assert.equal(statusOf(bad), "error_could_not_fax");
      assert.deepEqual(await faxEventsOf(house, bad.fax_id), []);
      assert.deepEqual(faultOf(await ask(house, `GET /fax/files/${bad.fax_id}`)), [422, "unprocessable_entity"]);
      assert.equal(statusOf(sent), "success");
    });

    test("files come from addresses too", async () => {
      const host = await startFileHost();
      const url = host.at("/lease.pdf", (_, response) => response.end(second));
      const sent = await faxAndWait(house, { files: [], file_urls: [url], title: undefined });
      await host.close();
      assert.deepEqual([statusOf(sent), sent.title], ["success", "lease.pdf"]);
    });

    test("a parameter that does not fit is named", async () => {
      const faults: readonly (readonly [NewFax, readonly [number, string, string]])[] = [
        [{ recipient: "12" }, [400, "invalid_recipient", "recipient"]],
        [{ recipient: "a@b" }, [400, "invalid_recipient", "recipient"]],
        [{ recipient: undefined }, [400, "bad_request", "recipient"]],
        [{ files: [] }, [400, "bad_request", "files"]],
        [{ file_urls: ["http://example.com/a.pdf"] }, [400, "bad_request", "file_urls"]],
        [{ files: [], file_urls: ["ftp://example.com/a.pdf"] }, [400, "bad_request", "file_urls[0]"]],
        [{ sender: "12" }, [400, "bad_request", "sender"]],
        [{ sender: "+12095550177" }, [400, "bad_request", "sender"]],
        [{ title: "t".repeat(256) }, [400, "bad_request", "title"]],
        [{ cover_page_message: "m".repeat(2001) }, [400, "bad_request", "cover_page_message"]],
        [{ test_mode: "perhaps" }, [400, "bad_request", "test_mode"]],
      ];
      for (const [given, fault] of faults)
        assert.deepEqual(faultOf(await faxTo(house, given)), fault, JSON.stringify(given));
      const { warnings } = readAs(OneFax, await faxTo(house, { sender: "ann@example.com" }));
      assert.deepEqual(
        warnings?.map(({ warning_name: name }) => name),
        ["parameter_ignored"],
      );
    });

    test("a fax that is larger than a provider is given in one piece fails, in words", async () => {
      const sent = await faxAndWait(house, { files: [noise(3600)] });
      const { error_message: words } = await house.store.read
        .selectFrom("faxes")
        .select("error_message")
        .where("fax_id", "=", sent.fax_id)
        .executeTakeFirstOrThrow();
      assert.equal(statusOf(sent), "error_could_not_fax");
      assert.match(words ?? "", /at most 32 MB/);
    });

    test("another account's fax is a 404 everywhere; the list is paged, newest first", async () => {
      const other = await makeSecondAccount(house);
      const sent = await faxAndWait(house, { title: "Mine" });
      for (const on of [`GET /fax/${sent.fax_id}`, `GET /fax/files/${sent.fax_id}`, `DELETE /fax/${sent.fax_id}`])
        assert.deepEqual(faultOf(await ask(house, on, { key: other.apiKey })), [404, "not_found"], on);
      assert.equal(readAs(Listed, await ask(house, "GET /fax/list", { key: other.apiKey })).list_info.num_results, 0);

      const { faxes, list_info: info } = readAs(Listed, await ask(house, "GET /fax/list?page_size=2"));
      assert.deepEqual([faxes.length, faxes[0], info.page_size], [2, sent, 2]);
      const next = readAs(Listed, await ask(house, "GET /fax/list?page_size=2&page=2"));
      const ids = new Set([...faxes, ...next.faxes].map(({ fax_id: id }) => id));
      assert.equal(ids.size, 4);
      for (const [query, path] of [
        ["page=0", "page"],
        ["page_size=101", "page_size"],
      ] as const)
        assert.deepEqual(faultOf(await ask(house, `GET /fax/list?${query}`)), [400, "bad_request", path]);
    });
  });
}

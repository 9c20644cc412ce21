import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { line, paper } from "../documents/papers.ts";
import { grounds } from "../support/house.ts";
import { acknowledge, isEvent } from "../support/receiver.ts";
import { type Asking, ask, type Desk, heardOf, openDesk, type Shown, take } from "./desk.ts";

/** What is asked, the events that each URL must hear, and how the request then looks. */
type Case = {
  readonly says: string;
  readonly asking: Asking;
  readonly events: readonly string[];
  /** The status_code of the guilty signatures in the last callback: of all, unless `statuses` names each. */
  readonly status: string;
  readonly statuses?: readonly string[];
  readonly message: RegExp | null;
};

const forced = (word: string): Asking => ({ emails: [`x+${word}@hellosign.com`] });
const tagged = (text: string): Asking => ({
  document: paper({ content: line(72, 700, text) }),
  fields: { use_text_tags: "1" },
});

const cases: readonly Case[] = [
  {
    says: "overlayerror",
    asking: forced("overlayerror"),
    events: ["file_error"],
    status: "error_file",
    message: /file error/,
  },
  {
    says: "componenterror",
    asking: forced("componenterror"),
    events: ["signature_request_invalid"],
    status: "error_component_position",
    message: /placement/,
  },
  {
    says: "doctagerror",
    asking: forced("doctagerror"),
    events: ["signature_request_invalid"],
    status: "error_text_tag",
    message: /text tags/,
  },
  {
    says: "unknownerror",
    asking: forced("unknownerror"),
    events: ["unknown_error"],
    status: "error_unknown",
    message: /unknown error/,
  },
  {
    says: "declined",
    asking: forced("declined"),
    events: ["signature_request_sent", "signature_request_declined"],
    status: "declined",
    message: null,
  },
  {
    says: "the word in capitals",
    asking: { emails: ["X+OverlayError@HelloSign.com"] },
    events: ["file_error"],
    status: "error_file",
    message: /file error/,
  },
  {
    says: "a second signer who forces",
    asking: { emails: ["ann@example.com", "x+unknownerror@hellosign.com"] },
    events: ["unknown_error"],
    status: "error_unknown",
    statuses: ["awaiting_signature", "error_unknown"],
    message: /unknown error/,
  },
  {
    says: "another host",
    asking: { emails: ["x+overlayerror@example.com"] },
    events: ["signature_request_sent"],
    status: "awaiting_signature",
    message: null,
  },
  {
    says: "no test mode",
    asking: { ...forced("overlayerror"), fields: { test_mode: "0" } },
    events: ["signature_request_sent"],
    status: "awaiting_signature",
    message: null,
  },
  {
    says: "a malformed tag",
    asking: tagged("[sig|req|signer1] and [sig|req]"),
    events: ["file_error"],
    status: "error_text_tag",
    message: /paper\.pdf, page 1, \[sig\|req\]/,
  },
  {
    says: "a tag for a signer who is not there",
    asking: tagged("[sig|req|signer3]"),
    events: ["signature_request_invalid"],
    status: "error_text_tag",
    message: /signer3/,
  },
  {
    says: "bytes that are no document",
    asking: { document: Buffer.from("%PDF-1.7\nnothing of the kind") },
    events: ["file_error"],
    status: "error_file",
    message: /paper\.pdf/,
  },
];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;

    before(async () => {
      desk = await openDesk(ground, { COUNTERSIGN_CALLBACK_SCHEDULE: "" });
    });

    after(() => desk.close());

    test("each way to fail calls back exactly its own events, to both URLs, and no others", async () => {
      const { house, receiver } = desk;
      const asked: Shown[] = [];
      for (const { says: title, asking } of cases) asked.push(await ask(desk, { title, ...asking }));
      await house.quiet();

      for (const [index, { says, events, status, statuses, message }] of cases.entries()) {
        const id = asked[index]?.signature_request_id ?? "";
        for (const path of ["/account", "/app"]) {
          assert.deepEqual(receiver.types(id, path), events, `${says} at ${path}`);
          const last = heardOf(receiver, { id, path }).at(-1)?.payload;
          const told = last?.signature_request;
          const codes = told?.signatures.map((one) => one.status_code);
          assert.deepEqual(codes, statuses ?? codes?.map(() => status), says);
          assert.equal(told?.has_error, status.startsWith("error_"), says);
          assert.equal(told?.is_declined, status === "declined", says);
          const words = last?.event.event_metadata.event_message;
          if (message === null) assert.equal(words, undefined, says);
          else assert.match(words ?? "", message, says);
        }
      }
      assert.equal(receiver.heard.length, 2 + 2 * cases.flatMap(({ events }) => events).length);
    });

    test("a signer who declines with a reason is told with it, and the request is closed to the rest", async () => {
      const { house, receiver } = desk;
      const asking = { emails: ["ann@example.com", "ben@example.com"], fields: { allow_decline: "1" } };
      const { signature_request_id: id, signatures } = await ask(desk, asking);
      await receiver.waitFor(isEvent("signature_request_sent", id));
      const [first, second] = signatures.map(({ signature_id }) => signature_id);
      const pen = await take(desk, first ?? "");
      await pen.decline("The price is not what we said.");
      const { status } = await house.call("GET", `/embedded/sign_url/${second}`);
      await house.quiet();

      assert.equal(status, 409);
      const heard = heardOf(receiver, { id, path: "/app" });
      assert.deepEqual(
        receiver.types(id, "/app"),
        ["sent", "viewed", "declined"].map((word) => `signature_request_${word}`),
      );
      const { event, signature_request: told } = heard.at(-1)?.payload ?? {};
      assert.equal(event?.event_metadata.event_message, "The price is not what we said.");
      assert.equal(event?.event_metadata.related_signature_id, first);
      assert.equal(told?.signatures[0]?.decline_reason, "The price is not what we said.");
    });

    test("reminding and canceling call back once each, also when asked twice", async () => {
      const { house, receiver } = desk;
      const { signature_request_id: id } = await ask(desk, { withApp: false });
      await receiver.waitFor(isEvent("signature_request_sent", id));
      const remind = () => house.call("POST", `/signature_request/remind/${id}`, { email_address: "ann@example.com" });
      const cancel = () => house.call("POST", `/signature_request/cancel/${id}`);
      const reminded = await Promise.all([remind(), remind(), remind()]);
      const canceled = await Promise.all([cancel(), cancel(), cancel()]);
      await house.quiet();

      assert.deepEqual(reminded.map(({ status }) => status).toSorted(), [200, 400, 400]);
      assert.deepEqual(canceled.map(({ status }) => status).toSorted(), [200, 410, 410]);
      assert.deepEqual(
        receiver.types(id),
        ["sent", "remind", "canceled"].map((word) => `signature_request_${word}`),
      );
    });

    test("the same page finished many times at once signs and tells once", async () => {
      const { house, receiver } = desk;
      receiver.answer = acknowledge;
      const { signature_request_id: id, signatures } = await ask(desk);
      await receiver.waitFor(isEvent("signature_request_sent", id));
      const pen = await take(desk, signatures[0]?.signature_id ?? "");
      await Promise.all(Array.from({ length: 6 }, () => pen.finish()));
      await house.quiet();

      const words = ["sent", "viewed", "signed", "all_signed", "downloadable"];
      assert.deepEqual(
        receiver.types(id, "/app"),
        words.map((word) => `signature_request_${word}`),
      );
    });
  });
}

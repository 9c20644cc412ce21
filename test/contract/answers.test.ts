import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { operations } from "../../src/api/catalogue.ts";
import { type Answered, ask } from "../support/ask.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { allow, clientOf, codeIn, setUpOauth, tokensOf } from "../support/oauth.ts";
import { answersTo, mailedLinkOf, open, openPage, pageOf, sign } from "../support/page.ts";
import {
  ann,
  bob,
  formOf,
  onePage,
  requestOf,
  type Shown,
  send,
  sendAndWait,
  signatureOf,
  untilState,
} from "../support/requests.ts";
import { knownPassword, signIn } from "../web/visitor.ts";
import { askChanges } from "./change-answers.ts";
import { askDrafts } from "./draft-answers.ts";
import { askFaxes } from "./fax-answers.ts";
import { flawsBy, type PublishedSchema, publishedOperations, resolve, skip } from "./published.ts";
import { askTemplates } from "./template-answers.ts";

/** Members that the published schema names and this version does not send: parts that are not built. */
const notSent = new Set(["signer_experience", "usage", "settings"]);

/** An account that is not there is verified by an empty object; a refresh has no state, as in the published example; a fax that was just asked for is not sent yet. */
const sparse = new Set(["accountVerify", "faxSend", "oauthTokenRefresh"]);

/**
 * Members that an object lacks in one place: those of others that are theirs alone, what is so far of no time,
 * and tokens for no app, or without the state that a sign-in brings.
 */
const notThere =
  /\.team\.(invited_)?accounts\[\]\.(callback_url|team_id|locale)$|\.team_invites\[\]\.redeemed_at$|\.oauth_data(\.state)?$/;

/** Operations that the published document lacks. */
const ours = new Set(["signatureRequestFinalCopy", "templateUpdate", "transmissionFinalCopy"]);

for (const ground of grounds()) {
  describe(ground.name, { skip: skip || ground.skip }, () => {
    let house: HeardHouse;
    const answers = new Map<string, Answered[]>();

    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
    });

    after(() => house.close());

    /** Calls an operation and notes what it answered. */
    async function note(on: string, path: string, asking = {}): Promise<Answered> {
      const answer = await ask(house, `${on.split(" ")[0]} ${path}`, asking);
      answers.set(on, [...(answers.get(on) ?? []), answer]);
      return answer;
    }

    /** Lets an app in, and fetches tokens with both operations. */
    async function noteTokens(): Promise<void> {
      const app = await setUpOauth(house, house);
      const code = codeIn(await allow(await signIn(house), app));
      const generate = { grant_type: "authorization_code", code, state: "s1", ...clientOf(app) };
      const { refresh_token } = tokensOf(await note("POST /oauth/token", "/oauth/token", { json: generate }));
      const refresh = { grant_type: "refresh_token", refresh_token, ...clientOf(app) };
      tokensOf(await note("POST /oauth/token?refresh", "/oauth/token?refresh", { json: refresh }));
    }

    /** One request of each kind, driven to its end, and every look at it on the way. */
    async function drive(shown: Shown): Promise<void> {
      const { signature_request_id: id } = shown;
      for (const kind of ["", "files_as_data_uri/", "files_as_file_url/", "files/"])
        await note(`GET /signature_request/${kind}{signature_request_id}`, `/signature_request/${kind}${id}`);
      await note("GET /signature_request/list", "/signature_request/list?page_size=100");
    }

    test("every operation has been asked, in every state of a request that it can answer to", async () => {
      await note("GET /account", "/account");
      await noteTokens();
      await note("PUT /account", "/account", { json: { locale: "en-US" } });
      for (const email_address of ["admin@localhost", "nobody@example.com"])
        await note("POST /account/verify", "/account/verify", { json: { email_address } });
      await note("POST /report/create", "/report/create", {
        json: { start_date: "11/01/2026", end_date: "11/30/2026", report_type: ["document_status", "sms_activity"] },
      });
      await note("POST /account/create", "/account/create", { json: { email_address: "new@example.com" } });
      const maker = clientOf(await setUpOauth(house, house));
      await note("POST /account/create", "/account/create", { json: { email_address: "for@example.com", ...maker } });
      await note("POST /team/create", "/team/create", { json: { name: "Team" } });
      await note("PUT /team", "/team", { json: { name: "Team again" } });
      for (const email_address of ["new@example.com", "newer@example.com"])
        await note("PUT /team/add_member", "/team/add_member", { json: { email_address } });
      await note("GET /team", "/team");
      const { json: told } = await note("GET /team/info", "/team/info");
      const { team_id } = (told as { team: { team_id: string } }).team;
      await note("POST /team/create", "/team/create", { json: { name: "Below", parent_team_id: team_id } });
      for (const list of ["members", "sub_teams"])
        await note(`GET /team/${list}/{team_id}`, `/team/${list}/${team_id}`);
      const { json: below } = await note("GET /team/sub_teams/{team_id}", `/team/sub_teams/${team_id}`);
      const [sub] = (below as { sub_teams: readonly { team_id: string }[] }).sub_teams;
      await note("GET /team/info", `/team/info?team_id=${sub?.team_id}`);
      await note("GET /team/invites", "/team/invites");
      const gone = { json: { email_address: "newer@example.com" } };
      await note("POST /team/remove_member", "/team/remove_member", gone);
      await note("DELETE /team/destroy", "/team/destroy");
      const oauth = { callback_url: "https://example.com/oauth", scopes: ["request_signature"] };
      const whole = {
        oauth,
        options: { can_insert_everywhere: true },
        white_labeling_options: { link_color: "#0061FE" },
      };
      for (const more of [{}, whole]) {
        const json = { name: `App ${Object.keys(more).length}`, domains: ["example.com"], ...more };
        const { json: made } = await note("POST /api_app", "/api_app", { json });
        const { client_id } = (made as { api_app: { client_id: string } }).api_app;
        await note("GET /api_app/{client_id}", `/api_app/${client_id}`);
        await note("PUT /api_app/{client_id}", `/api_app/${client_id}`, { json: { name: `${json.name} again` } });
        await note("GET /api_app/list", "/api_app/list");
        await note("DELETE /api_app/{client_id}", `/api_app/${client_id}`);
      }

      const fields = ["signature", "initials", "date_signed", "text"].map((type, n) => ({
        document_index: 0,
        api_id: type,
        type,
        required: true,
        signer: 0,
        x: 50,
        y: 50 + 50 * n,
        width: 99,
        height: 20,
        page: 1,
      }));
      const extra = [
        { ...fields[0], api_id: "c", type: "checkbox", required: false, is_checked: true, y: 400 },
        { ...fields[0], api_id: "r1", type: "radio", group: "g", is_checked: true, y: 440 },
        { ...fields[0], api_id: "r2", type: "radio", group: "g", is_checked: false, y: 480 },
        { ...fields[0], api_id: "d", type: "dropdown", options: ["a", "b"], content: "a", y: 520 },
      ];
      const form = formOf([onePage], {
        client_id: house.clientId,
        test_mode: true,
        allow_reassign: true,
        message: "Please sign.",
        metadata: { a: 1 },
        signers: [{ ...ann, order: 0 }],
        form_fields_per_document: [...fields, ...extra],
      });
      const created = requestOf(
        await note("POST /signature_request/create_embedded", "/signature_request/create_embedded", { form }),
      );
      const { signature_request_id: id } = created;
      await untilState(house, { id, not: ["processing"] });
      await note("GET /embedded/sign_url/{signature_id}", `/embedded/sign_url/${signatureOf(created).signature_id}`);
      await drive(created);
      await sign(house, signatureOf(created).signature_id);
      await drive(await untilState(house, { id, not: ["awaiting", "sealing"] }));

      const form2 = formOf([onePage], { signers: [ann, bob] });
      const mailed = requestOf(await note("POST /signature_request/send", "/signature_request/send", { form: form2 }));
      const requestId = mailed.signature_request_id;
      await untilState(house, { id: requestId, not: ["processing"] });
      const remind = `/signature_request/remind/${requestId}`;
      await note("POST /signature_request/remind/{signature_request_id}", remind, {
        json: { email_address: ann.email_address },
      });
      const page = openPage(house, { link: await mailedLinkOf(house, { requestId, to: bob.email_address }) });
      await page.finish(answersTo(await open(page)));
      await drive(mailed);
      const cancel = `/signature_request/cancel/${requestId}`;
      await note("POST /signature_request/cancel/{signature_request_id}", cancel);

      const declined = await sendAndWait(house, { allow_decline: true });
      const decliner = await pageOf(house, signatureOf(declined).signature_id);
      await open(decliner);
      await decliner.decline("No.");
      await drive(declined);
      const failed = requestOf(await send(house, { files: [Buffer.from("no PDF")] }));
      await untilState(house, { id: failed.signature_request_id, not: ["processing"] });
      await note("GET /signature_request/list", "/signature_request/list");

      await askTemplates(house, note);
      await askChanges(house, note);
      await askFaxes(house, note);
      await askDrafts(house, note);
      const asked = new Set(answers.keys());
      const missed = operations.filter(({ on, id }) => !asked.has(on) && !ours.has(id));
      assert.deepEqual(
        missed.map(({ on }) => on),
        [],
      );
    });

    for (const { on, id, status = 200 } of operations.filter(({ id }) => !ours.has(id))) {
      test(`every answer of ${id} is what the published schema says`, () => {
        const responses = publishedOperations.get(on)?.responses ?? {};
        const { content = {} } = responses[String(status)] ?? assert.fail(`${id} answers ${status}`);
        const given = (answers.get(on) ?? []).filter((answer) => answer.status < 300);
        assert.ok(given.length > 0);
        for (const answer of given) {
          assert.equal(answer.status, status);
          const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
          const schema = content[type]?.schema;
          if (answer.bytes.length > 0) assert.ok(schema, `${id} answers ${type}`);
          if (type !== "application/json" || schema?.$ref === undefined) continue;
          assert.deepEqual(flawsBy(schema.$ref, answer.json), []);
          if (!sparse.has(id)) assert.deepEqual(missingIn(schema, answer.json), []);
        }
      });

      test(`every error of ${id} is what the published schema says`, async () => {
        const path = on.split(" ")[1]?.replace(/\{\w+\}/, "0") ?? "";
        for (const key of [null, house.apiKey]) {
          const answer = await ask(house, `${on.split(" ")[0]} ${path}`, {
            key,
            headers: { "content-type": "application/json" },
            ...(on.startsWith("P") ? { text: "[]" } : {}),
          });
          if (answer.status < 400) continue;
          assert.deepEqual(flawsBy("#/components/schemas/ErrorResponse", answer.json), []);
        }
      });
    }

    /** The members of the published schema that an answer lacks, by their paths; each item by the schema of its own type. */
    function missingIn(schema: PublishedSchema, value: unknown, path = ""): readonly string[] {
      const { properties = {}, items, discriminator } = resolve(schema);
      if (Array.isArray(value)) return value.flatMap((item) => missingIn(items ?? {}, item, `${path}[]`));
      if (typeof value !== "object" || value === null) return [];
      const record = value as Readonly<Record<string, unknown>>;
      const ref = discriminator?.mapping[String(record[discriminator.propertyName])];
      if (ref !== undefined && !path.endsWith("!")) {
        assert.deepEqual(flawsBy(ref, value), [], path);
        const own: PublishedSchema = { properties: resolve({ $ref: ref }).properties ?? {} };
        return missingIn(own, value, `${path}!`);
      }
      return Object.entries(properties).flatMap(([name, inner]) => {
        if (notSent.has(name) || name === "warnings") return [];
        if (!(name in record)) return notThere.test(`${path}.${name}`) ? [] : [`${path}.${name}`];
        return missingIn(inner, record[name], `${path}.${name}`);
      });
    }
  });
}

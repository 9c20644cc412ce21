import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { retentionWalks } from "../../src/storage/retention.ts";
import { ask, readAs } from "../support/ask.ts";
import { edit, embeddedDraft, OneDraft, openEditor, saveOf, signatureField, templateDraft } from "../support/editor.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { bearer, letIn, setUpOauth } from "../support/oauth.ts";
import { sendAndWait } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { knownPassword, signIn } from "../web/visitor.ts";

const day = 24 * 3_600_000;
const keeping = { attemptsMs: day, payloadsMs: day, lettersMs: day, callsMs: day, pacesMs: day };

for (const ground of grounds()) {
  describe(`the age and the owner of drafts, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
    });
    after(() => house.close());

    async function draftsLeft(): Promise<readonly string[]> {
      const rows = await house.store.read
        .selectFrom("drafts")
        .select(["kind", "state"])
        .orderBy(["kind", "state"])
        .execute();
      return rows.map(({ kind, state }) => `${kind} ${state}`);
    }

    test("drafts that nobody works at go with their files: those of requests after a day, those of templates after a month", async () => {
      const finished = openEditor(house, { link: (await embeddedDraft(house)).claim_url });
      await finished.finish({ ...saveOf(await edit(finished)), fields: [signatureField(0)] });
      await embeddedDraft(house);
      await templateDraft(house);
      await house.quiet();
      const walk = retentionWalks(house.store, keeping).find(({ name }) => name === "drafts") ?? assert.fail();
      const at = Date.now();
      await walk.step({ at, after: null });
      assert.deepEqual(await draftsLeft(), ["request finished", "request open", "template open"].toSorted());
      await walk.step({ at: at + limits.keptDraftMs + 60_000, after: null });
      assert.deepEqual(await draftsLeft(), ["template open"]);
      await walk.step({ at: at + limits.keptTemplateDraftMs + 60_000, after: null });
      assert.deepEqual(await draftsLeft(), []);
      assert.deepEqual(await house.store.read.selectFrom("draft_files").selectAll().execute(), []);
    });

    test("an app with an access token makes drafts of its own, for the account that let it in; what is another's is a 404", async () => {
      const other = await makeSecondAccount(house);
      const app = await setUpOauth(
        { ...house, apiKey: other.apiKey },
        { clientId: other.clientId, scopes: ["request_signature", "signature_request_access"] },
      );
      const { access_token: token } = await letIn(house, { visitor: await signIn(house), app });
      const { signature_request_id: id } = await sendAndWait(house);
      const asked = { json: { client_id: other.clientId }, key: null, headers: bearer(token) };
      const made = readAs(
        OneDraft,
        await ask(house, `POST /unclaimed_draft/edit_and_resend/${id}`, asked),
      ).unclaimed_draft;
      const foreign = await ask(house, `POST /unclaimed_draft/edit_and_resend/${id}`, {
        ...asked,
        json: { client_id: house.clientId },
      });
      assert.equal(foreign.status, 400);
      const theirs = await ask(house, `POST /unclaimed_draft/edit_and_resend/${id}`, {
        json: { client_id: other.clientId },
        key: other.apiKey,
      });
      assert.equal(theirs.status, 404);
      const refused = await openEditor(house, { link: made.claim_url }).claim();
      assert.ok(!refused.ok && "code" in refused && refused.code === "client_id_mismatch");
      const editor = openEditor(house, { link: made.claim_url, clientId: other.clientId });
      const done = await editor.finish(saveOf(await edit(editor)));
      assert.ok(done.ok, JSON.stringify(done));
      await house.quiet();
      const row = await house.store.read
        .selectFrom("signature_requests")
        .select(["client_id", "account_id"])
        .where("request_id", "=", done.requestId ?? "")
        .executeTakeFirstOrThrow();
      const mine = await house.store.read
        .selectFrom("accounts")
        .select("account_id")
        .where("email", "=", "admin@localhost")
        .executeTakeFirstOrThrow();
      assert.deepEqual(row, { client_id: other.clientId, account_id: mine.account_id });
    });
  });
}

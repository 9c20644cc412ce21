import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { newUuid } from "../../src/base/ids.ts";
import type { Store } from "../../src/storage/store.ts";
import type { Walk } from "../../src/storage/walk.ts";
import { databases, type Opened } from "./databases.ts";
import { day, furnish, removedBy, today, walkCalled } from "./retention-rows.ts";

for (const database of databases()) {
  describe(`teams on ${database.name}`, { skip: database.skip ?? false }, () => {
    let opened: Opened;
    let store: Store;

    beforeEach(async () => {
      opened = await database.open({ clock: () => today });
      store = opened.store;
      await furnish(store);
    });

    afterEach(() => opened.close());

    const walk = (name: string): Walk => walkCalled(store, name);

    test("invitations go ninety days after they expired, answered or not, and what counts their letters after its hour", async () => {
      await store.transact(async (tx) => {
        const top = { root_id: "team", parent_id: null, depth: 1, created_at: 0 };
        await tx
          .insertInto("teams")
          .values({ ...top, team_id: "team", name: "Team" })
          .execute();
        for (const [name, expiredDays, redeemed_at] of [
          ["long over", 91, null],
          ["answered long ago", 91, 0],
          ["over", 89, null],
          ["open", -1, null],
        ] as const) {
          const expires_at = today - expiredDays * day;
          const invitation_id = newUuid(expires_at - 7 * day);
          const place = { team_id: "team", account_id: "me", role: "Member", invited_by: name, token_hash: name };
          await tx
            .insertInto("team_invitations")
            .values({ ...place, invitation_id, sent_at: 0, expires_at, redeemed_at })
            .execute();
        }
        for (const minutes of [59, 60])
          await tx
            .insertInto("invitation_letters")
            .values({
              letter_id: newUuid(today - minutes * 60_000),
              account_id: "me",
              sent_at: today - minutes * 60_000,
            })
            .execute();
      });
      assert.equal(await removedBy(walk("team_invitations")), 2);
      assert.equal(await removedBy(walk("invitation_letters"), today + 1), 1);
      const left = await store.read.selectFrom("team_invitations").select("invited_by").execute();
      assert.deepEqual(left.map((row) => row.invited_by).toSorted(), ["open", "over"]);
    });
  });
}

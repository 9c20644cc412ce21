import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setPasswordByLink } from "../../src/accounts/account-links.ts";
import { updateApp } from "../../src/accounts/apps.ts";
import { findAccountByEmail } from "../../src/accounts/new-account.ts";
import { hashPassword } from "../../src/accounts/password.ts";
import { joinWithPassword } from "../../src/accounts/team-joining.ts";
import { Fault } from "../../src/base/faults.ts";
import type { Work } from "../../src/events/work.ts";
import { accountOf } from "../support/calls.ts";
import { crewOf } from "../support/crew.ts";
import { grounds, type House } from "../support/house.ts";
import { setUpOauth } from "../support/oauth.ts";
import { lettersTo } from "../support/people.ts";
import { transactOf } from "../support/transact.ts";
import { untilWaiting } from "../support/waiting.ts";

// The embedded database has one writer: two transactions are never open side by side there.
const ground = grounds().find(({ name }) => name === "PostgreSQL") ?? assert.fail("there is no PostgreSQL");

describe(`two transactions at once on ${ground.name}`, { skip: ground.skip }, () => {
  let house: House;
  let transact: ReturnType<typeof transactOf>;

  before(async () => {
    house = await ground.open();
    transact = transactOf(house);
  });

  after(() => house?.close());

  /** Begins all of them while `first` has not committed, then lets it commit; answers what each came to. */
  async function during(
    first: (work: Work) => Promise<unknown>,
    ...others: readonly ((work: Work) => Promise<unknown>)[]
  ) {
    const { promise: release, resolve: commit } = Promise.withResolvers<void>();
    const { promise: ready, resolve: done } = Promise.withResolvers<void>();
    const holding = transact(async (work) => {
      await first(work);
      done();
      await release;
    });
    await ready;
    const waiting = others.map((make) => transact(make));
    await untilWaiting(house.store, waiting.length);
    commit();
    await holding;
    return Promise.allSettled(waiting);
  }

  test("who changes an app while another does writes back nothing that the other has changed", async () => {
    await setUpOauth(house, house);
    const of = { accountId: await accountOf(house), clientId: house.clientId };
    await during(
      (work) => updateApp(work, { ...of, oauth: null }),
      (work) => updateApp(work, { ...of, options: { can_insert_everywhere: true } }),
    );
    const app = await house.store.read
      .selectFrom("api_apps")
      .select(["oauth_json", "options_json"])
      .where("client_id", "=", house.clientId)
      .executeTakeFirstOrThrow();
    assert.deepEqual(app, { oauth_json: null, options_json: '{"can_insert_everywhere":true}' });
  });

  test("of a password by the welcome's link and one by an invitation's at one moment the first stays, and nobody joins by the second", async () => {
    const crew = crewOf(house);
    const { boss } = await crew.ownTeam();
    const who = await crew.somebody();
    await crew.team(boss, "PUT /team/add_member", { email_address: who.email });
    const links = (await lettersTo(house, who.email)).map(({ path }) => path);
    const tokenOf = (kind: string) =>
      links
        .find((path) => path.includes(kind))
        ?.split("/")
        .at(-1) ?? assert.fail(kind);
    const [first, second] = [await hashPassword("the first of two"), await hashPassword("the second of two")];
    const [welcome, invitation] = [tokenOf("/welcome/"), tokenOf("/invitations/")];
    const [joined] = await during(
      (work) => setPasswordByLink(work, { token: welcome, passwordHash: first }),
      (work) => joinWithPassword(work, { token: invitation, passwordHash: second }),
    );
    assert.ok(joined?.status === "rejected" && joined.reason instanceof Fault);
    assert.equal(joined.reason.faultName, "conflict");
    const account = await findAccountByEmail(house.store.read, who.email);
    assert.equal(account?.password_hash, first);
    assert.equal((await crew.team(boss, "GET /team")).accounts.length, 1);
  });
});

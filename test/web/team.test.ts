import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { type Crew, crewOf, joinedPassword, type OwnTeam } from "../support/crew.ts";
import { grounds, type House } from "../support/house.ts";
import { makeSomebody, newestLink, type Somebody } from "../support/people.ts";
import { knownPassword, signInWindow } from "./visitor.ts";

const [sqlite] = grounds();
const longName = "Legal".padEnd(200, "l");
const longAddress = `${"x".repeat(60)}@${"y".repeat(60)}.example.com`;

describe("the team's pages in a browser", needingChromium, () => {
  const windows = windowsOf();
  let house: House;
  let crew: Crew;
  before(async () => {
    assert.ok(sqlite);
    house = await sqlite.open(knownPassword);
    crew = crewOf(house);
  });
  after(async () => {
    await windows.close();
    await house.close();
  });

  const open = (options: Parameters<typeof windows.open>[0] = {}) =>
    windows.open({ javaScriptEnabled: false, ...options });

  /** Sets the first password of an account by its letter: this signs the window in. */
  async function setPassword(page: Page, path: string): Promise<void> {
    await page.goto(house.url + path);
    await page.getByLabel("New password", { exact: true }).fill(joinedPassword);
    await page.getByLabel("New password again").fill(joinedPassword);
    await page.getByRole("button", { name: /^Set the password/ }).click();
  }

  /** Leaves one window signed in as somebody who was made by the API. */
  async function enter(page: Page, { email }: Pick<Somebody, "email">): Promise<void> {
    await setPassword(page, await newestLink(house, email));
    await page.goto(`${house.url}/app/settings/team`);
  }

  /** Gives a form's field and sends it. */
  async function send(page: Page, label: string, { value, button }: { value: string; button: string }): Promise<void> {
    await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByRole("button", { name: button, exact: true }).click();
  }

  test("without script: a team is made, filled by a letter, ordered, named, and left", async () => {
    const page = await open();
    await enter(page, await makeSomebody(house, "founder@example.com"));
    await page.getByText("A team brings together the accounts").waitFor();
    await send(page, "Name", { value: "Acme", button: "Make the team" });
    await page.getByRole("heading", { name: "Acme" }).waitFor();

    await page.getByRole("radio", { name: /^Developer/ }).check();
    await send(page, "E-mail", { value: "coder@example.com", button: "Send the invitation" });
    await page.getByText("The invitation is on its way").waitFor();
    await send(page, "New team below", { value: "Sales", button: "Make it" });
    await page.getByRole("link", { name: "Sales" }).waitFor();

    const coder = await open();
    await setPassword(coder, await newestLink(house, "coder@example.com"));
    await coder.getByText("You have joined the team.").waitFor();
    assert.equal(await coder.getByRole("heading", { name: "Invite somebody" }).count(), 0);
    assert.equal(await coder.getByRole("link", { name: /^Change/ }).count(), 0);

    await page.goto(`${house.url}/app/settings/team`);
    await page.getByRole("link", { name: "Change coder@example.com" }).click();
    await page.getByRole("radio", { name: /^Team Manager/ }).check();
    await page.getByLabel("Team", { exact: true }).selectOption({ label: "– Sales" });
    await page.getByRole("button", { name: "Change the place" }).click();
    await page.getByRole("heading", { name: "Sales" }).waitFor();
    await page.getByRole("row", { name: "coder@example.com Team Manager" }).waitFor();
    await send(page, "Name of the team", { value: "Sales & more", button: "Rename" });
    await page.getByRole("heading", { name: "Sales & more" }).waitFor();

    await coder.goto(`${house.url}/app/settings/team`);
    await coder.getByRole("link", { name: "Leave …" }).click();
    await coder.getByRole("button", { name: "Leave the team" }).click();
    await coder.getByText("You have left the team.").waitFor();
    await page.goto(`${house.url}/app/settings/team`);
    await page.getByRole("link", { name: "Leave …" }).click();
    await page.getByRole("heading", { name: "Delete the team?" }).waitFor();
    await page.getByRole("button", { name: "Delete the team" }).click();
    await page.getByText("The team is deleted.").waitFor();
    for (const one of [page, coder]) await one.context().close();
  });

  test("somebody who has an account signs in to answer, and nobody else answers for them", async () => {
    const { boss } = await crew.ownTeam("Second");
    await crew.team(boss, "PUT /team/add_member", { email_address: "admin@localhost" });
    const path = await newestLink(house, "admin@localhost");

    const page = await open();
    await page.goto(house.url + path);
    await page.getByText("Sign in as admin@localhost to answer.").waitFor();
    assert.equal(await page.getByLabel("New password").count(), 0);
    const other = await open();
    await enter(other, await makeSomebody(house, "other@example.com"));
    await other.goto(house.url + path);
    await other.getByText("you are signed in as other@example.com").waitFor();
    assert.equal(await other.getByRole("button", { name: "Join the team" }).count(), 0);

    await signInWindow(page, house);
    await page.goto(house.url + path);
    await page.getByRole("button", { name: "Join the team" }).click();
    await page.getByText("You have joined the team.").waitFor();
    await page.goto(house.url + path);
    await page.getByRole("heading", { name: "This invitation is over" }).waitFor();
    for (const one of [page, other]) await one.context().close();
  });

  test("what is wrong with a form is told beside its field, with what was typed", async () => {
    const page = await open();
    const { email } = await makeSomebody(house, "careful@example.com");
    await enter(page, { email });
    await send(page, "Name", { value: "   ", button: "Make the team" });
    await page.getByRole("alert").getByText("Fill this in.").waitFor();
    await send(page, "Name", { value: "Careful", button: "Make the team" });
    await send(page, "E-mail", { value: email, button: "Send the invitation" });
    await page.getByRole("alert").getByText("This person is in your team already").waitFor();
    assert.equal(await page.getByLabel("E-mail", { exact: true }).inputValue(), email);
    assert.equal(await page.getByLabel("E-mail", { exact: true }).getAttribute("aria-invalid"), "true");
    await page.getByRole("link", { name: `Change ${email}` }).click();
    await page.getByRole("radio", { name: /^Member/ }).check();
    await page.getByRole("button", { name: "Change the place" }).click();
    await page.getByRole("alert").getByText("would be without an Admin").waitFor();
    await send(page, "Who takes over (optional)", { value: "nobody@example.com", button: "Leave the team" });
    await page.getByRole("alert").getByText("It must be that of another member").waitFor();
    await page.context().close();
  });

  /** A team with everything in it that a page can show, and its Admin in the window. */
  async function fill(page: Page): Promise<OwnTeam> {
    const own = await crew.ownTeam(longName);
    await enter(page, own.boss);
    await crew.subTeam(own.boss, own.id, "Below");
    await crew.member(own.boss, "Team Manager");
    await crew.team(own.boss, `PUT /team/add_member?team_id=${own.id}`, {
      email_address: longAddress,
      role: "Developer",
    });
    return own;
  }

  async function pathsOf({ boss, id }: OwnTeam): Promise<readonly string[]> {
    const { team_members: members } = (await crew.call(boss, `GET /team/members/${id}`)).json as {
      team_members: readonly { account_id: string }[];
    };
    const { sub_teams: below } = (await crew.call(boss, `GET /team/sub_teams/${id}`)).json as {
      sub_teams: readonly { team_id: string }[];
    };
    return [
      "/app/settings/team?done=invited",
      `/app/settings/team?team=${below[0]?.team_id}`,
      ...members.map((one) => `/app/settings/team/members/${one.account_id}`),
      `/app/settings/team/delete/${below[0]?.team_id}`,
      "/app/settings/team/leave",
    ];
  }

  /** Pages for somebody who is not signed in. */
  async function doors(): Promise<readonly string[]> {
    const { email } = await crew.somebody();
    return [
      "/app/sign-in",
      "/app/forgot",
      await newestLink(house, email),
      await newestLink(house, longAddress),
      `/app/welcome/${"0".repeat(64)}`,
      `/app/invitations/${"0".repeat(64)}`,
    ];
  }

  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe-core finds nothing wrong with any of the pages, ${colorScheme}`, async () => {
      const page = await windows.open({ colorScheme });
      const own = await fill(page);
      for (const path of await pathsOf(own)) {
        await page.goto(house.url + path);
        assert.deepEqual(await violationsOf(page), [], path);
      }
      await page.context().clearCookies();
      for (const path of await doors()) {
        await page.goto(house.url + path);
        assert.deepEqual(await violationsOf(page), [], path);
      }
      await enter(page, await makeSomebody(house, `${colorScheme}@example.com`));
      assert.deepEqual(await violationsOf(page), [], "no team");
      await page.context().close();
    });
  }

  test("fits a phone of 360 pixels, however long names and addresses are", async () => {
    const page = await open({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    const own = await fill(page);
    const fits = async (path: string) => {
      await page.goto(house.url + path);
      const width = await page.evaluate("document.documentElement.scrollWidth");
      assert.equal(width, 360, path);
    };
    for (const path of await pathsOf(own)) await fits(path);
    await page.context().clearCookies();
    for (const path of await doors()) await fits(path);
    await page.context().close();
  });
});

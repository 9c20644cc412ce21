import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { House } from "../support/house.ts";

/** What the first account of a house is given for these tests. */
export const credentials = { email: "admin@localhost", password: "correct horse battery staple" } as const;

/** The settings of a house whose first account has these credentials. */
export const knownPassword = { COUNTERSIGN_PASSWORD: credentials.password } as const;

/** An answer of the dashboard, read to its end. */
export type PageAnswer = {
  readonly status: number;
  readonly location: string | null;
  readonly cookie: string | null;
  readonly headers: Headers;
  readonly text: string;
};

/** Somebody with a browser that has no script: asks for pages and sends forms, and follows no redirect by itself. */
export type Visitor = {
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<PageAnswer>;
  readonly post: (
    path: string,
    form: Readonly<Record<string, string>> | FormData | URLSearchParams,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<PageAnswer>;
  /** The value that the session's forms bring along. */
  readonly key: () => Promise<string>;
};

/** A visitor of a house who brings a cookie, or none. */
export function visitorOf({ url }: Pick<House, "url">, cookie: string | null = null): Visitor {
  const own = cookie === null ? {} : { cookie };
  const get: Visitor["get"] = async (path, headers = {}) =>
    answerOf(await fetch(url + path, { redirect: "manual", headers: { ...own, ...headers } }));
  return {
    get,
    post: async (path, form, headers = {}) =>
      answerOf(
        await fetch(url + path, {
          method: "POST",
          redirect: "manual",
          headers: { ...own, ...headers },
          body: form instanceof FormData ? form : new URLSearchParams(form),
        }),
      ),
    key: async () => {
      const { text } = await get("/app/settings");
      return /name="key" value="([0-9a-f]{64})"/.exec(text)?.[1] ?? assert.fail("the page has no form key");
    },
  };
}

/** Signs in and answers a visitor who brings the session's cookie. */
export async function signIn(house: Pick<House, "url">): Promise<Visitor & { readonly cookie: string }> {
  const answer = await visitorOf(house).post("/app/sign-in", credentials);
  assert.equal(answer.status, 303, answer.text);
  const cookie = answer.cookie?.split(";")[0] ?? assert.fail("no cookie was set");
  return { ...visitorOf(house, cookie), cookie };
}

/** Signs a window in, as a person would. */
export async function signInWindow(page: Page, { url }: Pick<House, "url">): Promise<void> {
  await page.goto(`${url}/app/events`);
  await page.getByLabel("E-mail").fill(credentials.email);
  await page.getByLabel("Password").fill(credentials.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Events", exact: true }).waitFor();
}

async function answerOf(response: Response): Promise<PageAnswer> {
  return {
    status: response.status,
    location: response.headers.get("location"),
    cookie: response.headers.get("set-cookie"),
    headers: response.headers,
    text: await response.text(),
  };
}

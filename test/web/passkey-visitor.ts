import assert from "node:assert/strict";
import { type AskedOfAuthenticator, type Authenticator, type Lies, makeAuthenticator } from "./authenticator.ts";
import { type PageAnswer, signIn, type Visitor, visitorOf } from "./visitor.ts";

/** Where the pages of a house may ask for passkeys: by its name, which leads to the same door as its number. */
export function byName({ url }: { readonly url: string }): { readonly url: string } {
  return { url: url.replace("127.0.0.1", "localhost") };
}

/** What the server asks of a browser that wants to sign in with a passkey, and the cookie that tells it from others. */
export async function askToSignIn(
  place: { readonly url: string },
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly asked: AskedOfAuthenticator; readonly cookie: string }> {
  const { status, text, cookie } = await visitorOf(place).post("/app/sign-in/passkey/options", {}, headers);
  assert.equal(status, 200, text);
  return { asked: JSON.parse(text) as AskedOfAuthenticator, cookie: cookie?.split(";")[0] ?? assert.fail("no cookie") };
}

/** Signs in with an authenticator's passkey, or with lies about it. */
export async function signInBy(
  place: { readonly url: string },
  { authenticator, lies = {}, headers = {}, next = "" }: Trying,
): Promise<PageAnswer> {
  const { asked, cookie } = await askToSignIn(place, headers);
  const form = { credential: authenticator.get(asked, lies), next };
  return visitorOf(place, cookie).post("/app/sign-in/passkey", form, headers);
}

type Trying = {
  readonly authenticator: Authenticator;
  readonly lies?: Lies;
  readonly headers?: Readonly<Record<string, string>>;
  readonly next?: string;
};

/** What the server asks of a browser that wants to add a passkey. */
export async function askToAdd(visitor: Visitor): Promise<AskedOfAuthenticator> {
  const { status, text } = await visitor.post("/app/settings/sign-in/passkeys/options", { key: await visitor.key() });
  assert.equal(status, 200, text);
  return JSON.parse(text) as AskedOfAuthenticator;
}

/** Adds what an authenticator has made, or lies about it. */
export async function addBy(
  visitor: Visitor,
  { authenticator, name = "Laptop", lies = {} }: Omit<Trying, "headers" | "next"> & { readonly name?: string },
): Promise<PageAnswer> {
  const credential = authenticator.create(await askToAdd(visitor), lies);
  return visitor.post("/app/settings/sign-in/passkeys", { key: await visitor.key(), name, credential });
}

/** Somebody signed in with the password, and an authenticator whose passkey is the account's. */
export async function withPasskey(place: { readonly url: string }): Promise<{
  readonly visitor: Visitor & { readonly cookie: string };
  readonly authenticator: Authenticator;
}> {
  const visitor = await signIn(place);
  const authenticator = makeAuthenticator(place.url);
  const added = await addBy(visitor, { authenticator });
  assert.equal(added.location, "/app/settings/sign-in?done=added", added.text);
  return { visitor, authenticator };
}

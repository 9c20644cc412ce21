import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  AccountApi,
  HttpError,
  OAuthApi,
  OAuthTokenGenerateRequest,
  OAuthTokenRefreshRequest,
  SignatureRequestApi,
  SignatureRequestSendRequest,
} from "@dropbox/sign";
import * as oauth from "oauth4webapi";
import { limits } from "../../src/base/limits.ts";
import { grounds, type House } from "../support/house.ts";
import { allow, clientOf, codeIn, type OauthApp, setUpOauth } from "../support/oauth.ts";
import { knownPassword, signIn, type Visitor } from "../web/visitor.ts";

const [ground] = grounds();
const hereOnly = { [oauth.allowInsecureRequests]: true } as const;

describe("OAuth by programs that others have written", () => {
  let house: House;
  let app: OauthApp;
  let visitor: Visitor;

  before(async () => {
    assert.ok(ground);
    house = await ground.open(knownPassword);
    app = await setUpOauth(house, house);
    visitor = await signIn(house);
  });

  after(() => house?.close());

  for (const base of ["", "/v3"])
    test(`the official SDK fetches tokens at ${base}/oauth/token, refreshes them and calls with them`, async () => {
      const api = new OAuthApi(house.url + base);
      const { client_id: clientId, client_secret: clientSecret } = clientOf(app);
      const code = codeIn(await allow(visitor, app, { state: "900e06e2" }));
      const request = Object.assign(new OAuthTokenGenerateRequest(), {
        clientId,
        clientSecret,
        code,
        state: "900e06e2",
      });
      const { body: first } = await api.oauthTokenGenerate(request);
      assert.deepEqual(
        [first.tokenType, first.expiresIn, first.state],
        ["Bearer", limits.accessTokenSeconds, "900e06e2"],
      );
      const { refreshToken = "" } = first;
      // As published it has the refresh token alone; the app's secret may come along.
      const proof = base === "" ? {} : { clientId, clientSecret };
      const again = Object.assign(new OAuthTokenRefreshRequest(), { refreshToken, ...proof });
      const { body: second } = await api.oauthTokenRefresh(again);
      assert.notEqual(second.accessToken, first.accessToken);

      const accounts = new AccountApi(`${house.url}/v3`);
      accounts.accessToken = second.accessToken ?? "";
      assert.equal((await accounts.accountGet()).body.account.emailAddress, "admin@localhost");
      const requests = new SignatureRequestApi(`${house.url}/v3`);
      requests.accessToken = second.accessToken ?? "";
      const made = await requests.signatureRequestSend(
        SignatureRequestSendRequest.init({
          test_mode: true,
          file_urls: ["https://files.example/lease.pdf"],
          signers: [{ name: "Ann Lee", email_address: "ann@example.com" }],
        }),
      );
      const { client_id } = await house.store.read
        .selectFrom("signature_requests")
        .select("client_id")
        .where("request_id", "=", made.body.signatureRequest.signatureRequestId ?? "")
        .executeTakeFirstOrThrow();
      assert.equal(client_id, app.clientId);
      await assert.rejects(api.oauthTokenRefresh(again), (error) => {
        assert.ok(error instanceof HttpError);
        assert.deepEqual([error.statusCode, error.body.error.errorName], [400, "invalid_grant"]);
        return true;
      });
    });

  for (const [name, authentication] of [
    ["in the body", oauth.ClientSecretPost],
    ["in a Basic header", oauth.ClientSecretBasic],
  ] as const)
    test(`a stock client with PKCE does the whole dance, its secret ${name}`, async () => {
      const server: oauth.AuthorizationServer = {
        issuer: house.url,
        authorization_endpoint: `${house.url}/oauth/authorize`,
        token_endpoint: `${house.url}/oauth/token`,
      };
      const client: oauth.Client = { client_id: app.clientId };
      const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
      const url = await allow(visitor, app, {
        redirect_uri: app.callbackUrl,
        state,
        scope: "basic_account_info",
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
      const parameters = oauth.validateAuthResponse(server, client, url, state);
      const secret = authentication(app.secret);
      const answer = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        secret,
        parameters,
        app.callbackUrl,
        verifier,
        hereOnly,
      );
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer);
      const refreshed = await oauth.processRefreshTokenResponse(
        server,
        client,
        await oauth.refreshTokenGrantRequest(server, client, secret, tokens.refresh_token ?? "", hereOnly),
      );
      const called = await oauth.protectedResourceRequest(
        refreshed.access_token,
        "GET",
        new URL(`${house.url}/v3/account`),
        undefined,
        undefined,
        hereOnly,
      );
      assert.equal(called.status, 200);
    });
});

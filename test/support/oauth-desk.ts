import { knownPassword, signIn, type Visitor } from "../web/visitor.ts";
import { type HeardHouse, openHeardHouse } from "./heard-house.ts";
import type { Ground } from "./house.ts";
import { type OauthApp, setUpOauth } from "./oauth.ts";
import { makeSecondAccount, type SecondAccount } from "./second-account.ts";

/** A house with two accounts that each have an app which others can let in, and the first one's holder signed in. */
export type OauthDesk = {
  readonly house: HeardHouse;
  readonly other: SecondAccount;
  readonly app: OauthApp;
  readonly otherApp: OauthApp;
  readonly visitor: Visitor;
};

/** Opens it. */
export async function openOauthDesk(ground: Ground): Promise<OauthDesk> {
  const house = await openHeardHouse(ground, knownPassword);
  const other = await makeSecondAccount(house);
  return {
    house,
    other,
    app: await setUpOauth(house, house),
    otherApp: await setUpOauth({ ...house, apiKey: other.apiKey }, { clientId: other.clientId }),
    visitor: await signIn(house),
  };
}

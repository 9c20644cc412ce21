import type { OauthScope } from "../../accounts/oauth-member.ts";

const scopeWords: Readonly<Record<OauthScope, string>> = {
  basic_account_info: "See who you are: the account’s e-mail address and its basic settings",
  account_access: "See and change the account and its settings, such as its callback URL",
  request_signature: "Send signature requests, withdraw them, see how they stand, and download their documents",
  signature_request_access:
    "Send, see, change and withdraw signature requests, let people sign inside the app, and download documents",
  template_access: "See, make, change and delete templates",
  team_access: "See and change the team and who is in it",
  api_app_access: "See, make, change and delete API apps, their secrets included",
};

/** What a scope lets an app do, in words. */
export function wordsOfScope(scope: string): string {
  return Object.hasOwn(scopeWords, scope) ? scopeWords[scope as OauthScope] : scope;
}

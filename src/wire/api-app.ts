import { Type } from "typebox";
import { oauthOf, oauthScopes } from "../accounts/oauth-member.ts";
import { defaultWhiteLabeling } from "../accounts/white-labeling.ts";
import { toSeconds } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import type { ApiAppRow } from "../storage/account-tables.ts";
import { Nullable, Seconds } from "./shapes.ts";

const Color = Type.Optional(Type.String({ pattern: "^#[0-9a-fA-F]{6}$" }));
/** The empty one clears them. */
const scopes = [...oauthScopes, ""] as const;

/** The colours of an app's signing page, as it is shown. */
const WhiteLabeling = Type.Object({
  header_background_color: Color,
  legal_version: Type.Optional(Type.Enum(["terms1", "terms2"])),
  link_color: Color,
  page_background_color: Color,
  primary_button_color: Color,
  primary_button_color_hover: Color,
  primary_button_text_color: Color,
  primary_button_text_color_hover: Color,
  secondary_button_color: Color,
  secondary_button_color_hover: Color,
  secondary_button_text_color: Color,
  secondary_button_text_color_hover: Color,
  text_color1: Color,
  text_color2: Color,
});

const Said = Type.Optional(Type.String());

/** The same as it is given: what is wrong with it is told as the contract tells it (accounts/white-labeling.ts). */
const WhiteLabelingInput = Type.Object(
  {
    header_background_color: Said,
    legal_version: Said,
    link_color: Said,
    page_background_color: Said,
    primary_button_color: Said,
    primary_button_color_hover: Said,
    primary_button_text_color: Said,
    primary_button_text_color_hover: Said,
    secondary_button_color: Said,
    secondary_button_color_hover: Said,
    secondary_button_text_color: Said,
    secondary_button_text_color_hover: Said,
    text_color1: Said,
    text_color2: Said,
    reset_to_default: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: true },
);

/** What `POST /api_app` takes. */
export const ApiAppInput = Type.Object({
  name: Type.String({ minLength: 1, maxLength: limits.nameLength }),
  domains: Type.Array(Type.String({ minLength: 1, maxLength: limits.nameLength }), {
    minItems: 1,
    maxItems: limits.appDomains,
  }),
  callback_url: Type.Optional(Type.String({ maxLength: limits.urlLength })),
  oauth: Type.Optional(
    Type.Object({
      callback_url: Type.Optional(Type.String({ maxLength: limits.urlLength })),
      scopes: Type.Optional(Type.Array(Type.Enum(scopes))),
    }),
  ),
  options: Type.Optional(Type.Object({ can_insert_everywhere: Type.Optional(Type.Boolean()) })),
  white_labeling_options: Type.Optional(WhiteLabelingInput),
});

/** What `PUT /api_app/{client_id}` takes: only what is given changes. */
export const ApiAppChanges = Type.Object({ ...Type.Partial(ApiAppInput).properties, client_id: Type.String() });

/** An API app as v3 shows it. Contract: objects.md. */
export const ApiApp = Type.Object({
  callback_url: Nullable(Type.String()),
  client_id: Type.String(),
  created_at: Seconds,
  domains: Type.Array(Type.String()),
  name: Type.String(),
  is_approved: Type.Boolean(),
  oauth: Nullable(
    Type.Object({
      callback_url: Type.String(),
      secret: Type.String(),
      scopes: Type.Array(Type.String()),
      charges_users: Type.Boolean(),
    }),
  ),
  options: Nullable(Type.Object({ can_insert_everywhere: Type.Boolean() })),
  owner_account: Type.Object({ account_id: Type.String(), email_address: Type.String() }),
  white_labeling_options: Nullable(WhiteLabeling),
});

type Around = {
  readonly callbackUrl: string | null;
  readonly secret: string;
  readonly owner: { readonly account_id: string; readonly email: string };
};

/** Renders an app for its owner. */
export function renderApiApp(app: ApiAppRow, { callbackUrl, secret, owner }: Around): Type.Static<typeof ApiApp> {
  const oauth = oauthOf(app);
  const colours = parse<object>(app.white_labeling_json);
  return {
    callback_url: callbackUrl,
    client_id: app.client_id,
    created_at: toSeconds(app.created_at),
    domains: JSON.parse(app.domains_json) as string[],
    name: app.name,
    is_approved: true,
    oauth:
      oauth === null
        ? null
        : {
            callback_url: oauth.callback_url,
            secret,
            scopes: [...oauth.scopes],
            charges_users: oauth.scopes.some((scope) => scope === "request_signature"),
          },
    options: parse<{ can_insert_everywhere: boolean }>(app.options_json) ?? { can_insert_everywhere: false },
    owner_account: { account_id: owner.account_id, email_address: owner.email },
    white_labeling_options: colours === null ? null : { ...defaultWhiteLabeling, ...colours },
  };
}

function parse<T>(json: string | null): T | null {
  return json === null ? null : (JSON.parse(json) as T);
}

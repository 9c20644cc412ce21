import { CustomFieldList, FormFieldGroupList, FormFieldList, FormFieldRuleList } from "../wire/request-input.ts";
import type { AnyOperation } from "./operation.ts";
import { wordsOfParameter } from "./parameter-words.ts";

/** A schema as it stands in the OpenAPI document. */
export type Described = {
  readonly type?: unknown;
  readonly enum?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
  readonly anyOf?: readonly Described[];
};

/** Parameters that are taken in several shapes, and the one to write them in. */
const written: Readonly<Record<string, Described>> = {
  ...FormFieldList.properties,
  ...FormFieldGroupList.properties,
  ...FormFieldRuleList.properties,
  ...CustomFieldList.properties,
};

/** The parameters of an operation, each with what it means, and so are those within them. */
export function describeParameters({ id, input }: AnyOperation): Readonly<Record<string, Described>> {
  return describeAll(input.properties, id);
}

function describeAll(
  properties: Readonly<Record<string, Described>>,
  holder: string,
): Readonly<Record<string, Described>> {
  const entries = Object.entries(properties).map(([name, schema]) => {
    const isOpen = schema.type === undefined && schema.anyOf === undefined && !("enum" in schema);
    return [name, describe(isOpen ? (written[name] ?? schema) : schema, { holder, name })] as const;
  });
  return Object.fromEntries(entries);
}

type Place = { readonly holder: string; readonly name: string };

function describe(schema: Described, { holder, name }: Place): Described {
  const description = schema.description ?? wordsOfParameter({ holder, name });
  return { ...describeWithin(schema, name), ...(description === null ? {} : { description }) };
}

function describeWithin(schema: Described, name: string): Described {
  return {
    ...schema,
    ...(schema.properties && { properties: describeAll(schema.properties, name) }),
    ...(schema.items && { items: describeWithin(schema.items, name) }),
    ...(schema.anyOf && { anyOf: schema.anyOf.map((variant) => describeWithin(variant, name)) }),
  };
}

/** Names of the groups of operations, by the first segment of their paths. */
const tags: Readonly<Record<string, string>> = {
  account: "Account",
  api_app: "API apps",
  signature_request: "Signature requests",
  signature_requests: "Signature requests: their data",
  embedded: "Embedded pages",
  report: "Reports",
  template: "Templates",
  unclaimed_draft: "Unclaimed drafts",
  bulk_send_job: "Bulk jobs",
  team: "Teams",
  fax: "Faxes",
  fax_line: "Fax lines",
  faxes: "Faxes that come in",
  transmission: "Faxes",
  oauth: "OAuth",
  events: "Events",
  calls: "API calls",
  endpoints: "Endpoints",
  keys: "API keys",
  listeners: "Listeners",
  mail: "Mail",
};

/** The group that an operation belongs to. */
export function tagOf({ on }: Pick<AnyOperation, "on">): string {
  const [, first = ""] = /^\w+ \/([^/{]+)/.exec(on) ?? [];
  return tags[first] ?? first.replaceAll("_", " ");
}

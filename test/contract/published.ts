import { existsSync, readFileSync } from "node:fs";
import { Ajv, type ErrorObject } from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";

/** The folder of the published contract, beside the project; nothing but these tests reads it. */
const contract = new URL("../../../shared/contract/", import.meta.url);

/** Why tests against the published contract are skipped, or false. */
export const skip = existsSync(new URL("openapi.yaml", contract)) ? false : "the published contract is not here";

/** A schema of the published document, as far as these tests look into it. */
export type PublishedSchema = {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, PublishedSchema>>;
  readonly allOf?: readonly PublishedSchema[];
  readonly items?: PublishedSchema;
  readonly discriminator?: { readonly propertyName: string; readonly mapping: Readonly<Record<string, string>> };
};

/** An operation of the published document. */
export type PublishedOperation = {
  readonly operationId: string;
  readonly security?: readonly { readonly oauth2?: readonly string[] }[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: PublishedSchema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: PublishedSchema }>> }>
  >;
};

type Published = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, PublishedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, PublishedSchema>> };
};

/** The published OpenAPI document; empty where it is not here. */
const published: Published = skip
  ? { paths: {}, components: { schemas: {} } }
  : (parse(readFileSync(new URL("openapi.yaml", contract), "utf8")) as Published);

/** Every published operation, by its `POST /account/create`. */
export const publishedOperations: ReadonlyMap<string, PublishedOperation> = new Map(
  Object.entries(published.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  ),
);

// `nullable` of OpenAPI 3.0 is a word that Ajv knows; examples and discriminators it passes over.
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
if (!skip) ajv.addSchema({ $id: "published", ...published });

/** What is wrong with a value by a schema of the published document, such as `#/components/schemas/AccountGetResponse`. */
export function flawsBy(ref: string, value: unknown): readonly string[] {
  const validate = ajv.compile({ $ref: `published${ref}` });
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }: ErrorObject) => `${instancePath} ${message}`);
}

/** The schema that a reference names, with what it extends folded in. */
export function resolve(schema: PublishedSchema): PublishedSchema {
  const { $ref, allOf, ...rest } = schema;
  if ($ref !== undefined) return resolve(published.components.schemas[$ref.split("/").at(-1) ?? ""] ?? {});
  const parts = (allOf ?? []).map(resolve);
  return { ...rest, properties: Object.assign({}, ...parts.map(({ properties }) => properties), rest.properties) };
}

/** A fixture of the contract: the body under `default`, or under another name. */
export function fixture(name: string, key = "default"): Readonly<Record<string, unknown>> {
  const text = readFileSync(new URL(`test_fixtures/${name}.json`, contract), "utf8");
  return (JSON.parse(text) as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[key] ?? {};
}

type Fixture = Readonly<Record<string, unknown>>;

/** A fixture of a request without what cannot be done here: its own files, and codes that signers would have to be sent. */
export function builtOf({
  attachments,
  file_urls,
  ...fits
}: Fixture): Fixture & { readonly signers: readonly Fixture[] } {
  const signers = (fits.signers as readonly Fixture[]).map(
    ({ sms_phone_number, sms_phone_number_type, pin, ...signer }) => signer,
  );
  return { ...fits, signers };
}

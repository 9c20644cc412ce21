import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { jsonApi, operations } from "../../src/api/catalogue.ts";
import { operationScopes } from "../../src/api/scopes.ts";
import { read } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { publishedOperations, resolve, skip } from "./published.ts";

type Parameter = { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: object };
type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: readonly { readonly oauth2?: readonly string[] }[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: ObjectSchema }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: object }>> }
    >
  >;
};
type PathItem = { readonly servers?: readonly { readonly url: string }[] } & Readonly<
  Partial<Record<"get" | "post" | "put" | "delete", Operation>>
>;
type ObjectSchema = { readonly type: string; readonly properties: Readonly<Record<string, object>> };
type Description = {
  readonly openapi: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

/** What this version adds to the published document. */
const ours = new Set([
  "GET /signature_request/final_copy/{signature_request_id}",
  "POST /template/update/{template_id}",
  "GET /transmission/final_copy/{fax_id}",
]);

/** Parameters that the published document has elsewhere, taken here too: one schema reads both ways of asking. */
const alsoTaken: Readonly<Record<string, readonly string[]>> = {
  "POST /signature_request/send": ["audit_trail", "populate_auto_fill_fields", "use_preexisting_fields"],
  "POST /oauth/token": ["code_verifier", "redirect_uri", "refresh_token", "scope"],
  "POST /oauth/token?refresh": ["code", "code_verifier", "redirect_uri", "scope", "state"],
  "POST /signature_request/create_embedded": [
    "audit_trail",
    "is_eid",
    "signing_redirect_url",
    "use_preexisting_fields",
  ],
  "PUT /signature_request/edit/{signature_request_id}": [
    "audit_trail",
    "populate_auto_fill_fields",
    "use_preexisting_fields",
  ],
  "PUT /signature_request/edit_embedded/{signature_request_id}": [
    "audit_trail",
    "is_eid",
    "signing_redirect_url",
    "use_preexisting_fields",
  ],
  "PUT /signature_request/edit_with_template/{signature_request_id}": [
    "audit_trail",
    "expires_at",
    "populate_auto_fill_fields",
  ],
  "PUT /signature_request/edit_embedded_with_template/{signature_request_id}": [
    "audit_trail",
    "expires_at",
    "is_eid",
    "signing_redirect_url",
  ],
  "POST /signature_request/send_with_template": ["audit_trail", "expires_at", "populate_auto_fill_fields"],
  "POST /signature_request/create_embedded_with_template": [
    "audit_trail",
    "expires_at",
    "is_eid",
    "signing_redirect_url",
  ],
  "POST /unclaimed_draft/create": [
    "allow_reassign",
    "audit_trail",
    "grouped_signers",
    "populate_auto_fill_fields",
    "title",
  ],
  "POST /unclaimed_draft/create_embedded": ["audit_trail", "grouped_signers", "signer_experience", "title"],
  "POST /unclaimed_draft/create_embedded_with_template": ["audit_trail", "expires_at", "signer_experience"],
  "POST /template/create_embedded_draft": ["hide_text_tags", "use_text_tags"],
  "PUT /team/add_member": ["team_id"],
  "POST /team/create": ["parent_team_id"],
  "POST /template/create": ["hide_text_tags", "use_text_tags"],
};

describe("/openapi.json", () => {
  let house: House;
  let description: Description;
  let described: readonly (readonly [on: string, operation: Operation])[];

  before(async () => {
    const [ground] = grounds();
    assert.ok(ground);
    house = await ground.open();
    description = (await read(await fetch(`${house.url}/openapi.json`))).json as Description;
    described = Object.entries(description.paths).flatMap(([path, { servers: _, ...methods }]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    );
  });

  after(() => house.close());

  test("names its version, itself and where it is served", () => {
    assert.match(description.openapi, /^3\.1\.\d$/);
    assert.equal(typeof description.info.title, "string");
    assert.equal(typeof description.info.version, "string");
    assert.deepEqual(description.servers, [{ url: `${house.url}/v3` }]);
  });

  test("every path of the JSON API says that it is served beside v3, and no other does", async () => {
    for (const [path, { servers }] of Object.entries(description.paths))
      assert.deepEqual(servers, path.startsWith("/api/") ? [{ url: house.url }] : undefined, path);
    const [server] = description.paths["/api/events"]?.servers ?? [];
    const { status, json } = await read(await fetch(`${server?.url}/api/events`));
    assert.equal(status, 401, JSON.stringify(json));
  });

  test("describes every operation, once", () => {
    const beside = jsonApi.operations.map(({ on }) => on.replace(" ", ` ${jsonApi.base}`));
    const built = [...operations.map(({ on }) => on), ...beside].toSorted();
    assert.deepEqual(described.map(([on]) => on).toSorted(), built);
    const ids = described.map(([, { operationId }]) => operationId);
    assert.equal(new Set(ids).size, ids.length);
  });

  test("is sound: parameters, bodies and answers of every operation are told, with schemas that can be compiled", () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    ajv.addFormat("binary", true);
    ajv.addSchema({ $id: "doc", components: description.components });
    for (const [on, { summary, parameters, requestBody, responses }] of described) {
      const inPath = [...on.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const told = parameters.filter((parameter) => parameter.in === "path");
      assert.deepEqual(
        told.map(({ name }) => name),
        inPath,
        on,
      );
      assert.ok(told.every(({ required }) => required));
      assert.ok(parameters.every((parameter) => ["path", "query"].includes(parameter.in)));
      assert.match(summary, /^[A-Z].+\.$/);
      assert.ok(Object.keys(responses).some((status) => /^2\d\d$/.test(status)));
      assert.ok(Object.entries(responses).every(([status, { description: words }]) => /^\d{3}$/.test(status) && words));

      const bodies = Object.values(requestBody?.content ?? {});
      const answers = Object.values(responses).flatMap(({ content = {} }) => Object.values(content));
      for (const schema of [...parameters, ...bodies, ...answers].map((each) => each.schema)) {
        const ref = "$ref" in schema ? { $ref: `doc${String(schema.$ref)}` } : schema;
        assert.doesNotThrow(() => ajv.compile(ref), on);
      }
    }
  });

  test("every body may be JSON, multipart or urlencoded, and says the same in each", () => {
    for (const [on, { requestBody }] of described) {
      if (requestBody === undefined) continue;
      const { content } = requestBody;
      const types = ["application/json", "multipart/form-data", "application/x-www-form-urlencoded"];
      assert.deepEqual(Object.keys(content), types, on);
      const names = types.map((type) =>
        Object.keys(content[type]?.schema.properties ?? {}).filter(
          (name) => name !== "files" && name !== "custom_logo_file",
        ),
      );
      assert.deepEqual(names[1], names[0]);
      assert.deepEqual(names[2], names[0]);
    }
  });

  test("every path, method and parameter of it is published, but for those that are listed here", { skip }, () => {
    for (const [on, operation] of described) {
      if (ours.has(on) || on.includes(` ${jsonApi.base}/`)) continue;
      const known = publishedOperations.get(on);
      assert.ok(known, `${on} is published`);
      assert.equal(operation.operationId, known.operationId);
      const parameters = new Set((known.parameters ?? []).map(({ name }) => name));
      const strange = operation.parameters.filter(({ name }) => !parameters.has(name));
      assert.deepEqual(
        strange.map(({ name }) => name),
        [],
        on,
      );

      const schemas = Object.values(known.requestBody?.content ?? {}).map(({ schema }) => resolve(schema));
      const properties = new Set(schemas.flatMap((schema) => Object.keys(schema.properties ?? {})));
      const form = Object.keys(operation.requestBody?.content["multipart/form-data"]?.schema.properties ?? {});
      assert.deepEqual(form.filter((name) => !properties.has(name)).toSorted(), alsoTaken[on] ?? [], on);
      assert.equal(operation.requestBody === undefined, known.requestBody === undefined, on);
    }
  });

  test("every operation tells the scopes that open it, as it is published, and those that take no key say so", {
    skip,
  }, () => {
    for (const [on, operation] of described) {
      if (ours.has(on) || on.includes(` ${jsonApi.base}/`)) continue;
      const scopes = (operation.security ?? []).flatMap(({ oauth2 = [] }) => oauth2);
      const known = (publishedOperations.get(on)?.security ?? []).flatMap(({ oauth2 = [] }) => oauth2);
      assert.deepEqual(scopes.toSorted(), known.toSorted(), on);
      assert.equal(operation.security?.length === 0, on.startsWith("POST /oauth/"), on);
    }
    for (const { operationId, security = [] } of publishedOperations.values()) {
      const known = security.flatMap(({ oauth2 = [] }) => oauth2);
      assert.deepEqual((operationScopes[operationId] ?? []).toSorted(), known.toSorted(), operationId);
    }
  });

  test("every published operation is there", { skip }, () => {
    const built = new Set<string>(operations.map(({ on }) => on));
    assert.deepEqual(
      [...publishedOperations.keys()].filter((on) => !built.has(on)),
      [],
    );
    assert.equal(publishedOperations.size, 73);
  });
});

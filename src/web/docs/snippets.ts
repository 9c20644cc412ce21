import type { Shown } from "./document.ts";
import { exampleInput, exampleOf, examplePath } from "./example.ts";

/** Operations of v3 that the official SDK has no method for. */
const notInSdk: ReadonlySet<string> = new Set(["signatureRequestFinalCopy", "templateUpdate", "transmissionFinalCopy"]);

/** The classes of the official SDK, by the first segment of the path. */
const classes: Readonly<Record<string, string>> = {
  account: "AccountApi",
  api_app: "ApiAppApi",
  bulk_send_job: "BulkSendJobApi",
  embedded: "EmbeddedApi",
  fax: "FaxApi",
  fax_line: "FaxLineApi",
  oauth: "OAuthApi",
  report: "ReportApi",
  signature_request: "SignatureRequestApi",
  team: "TeamApi",
  template: "TemplateApi",
  unclaimed_draft: "UnclaimedDraftApi",
};

/** The class of the official SDK that has the operation, or null. */
export function sdkClassOf({ id, isV3, path }: Shown): string | null {
  return isV3 && !notInSdk.has(id) ? (classes[path.split("/")[2] ?? ""] ?? null) : null;
}

/** The call as a curl command. */
export function curlOf(operation: Shown): string {
  const { method, url, parameters, success } = operation;
  const input = exampleInput(operation);
  const address = examplePath(url, parameters);
  const hasBody = method === "POST" || method === "PUT";
  const asked = Object.entries(input).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  const query = hasBody ? "" : asked.join("&");
  const lines = [
    `curl ${operation.isOpen ? "" : '-u "$API_KEY:" '}${method === "GET" ? "" : `-X ${method} `}'${address}${query === "" ? "" : `?${query}`}'`,
  ];
  if (hasBody && Object.keys(input).length > 0)
    lines.push(
      "-H 'Content-Type: application/json'",
      `-d '${JSON.stringify(input, null, 2).replaceAll("'", "'\\''")}'`,
    );
  if (success.type !== null && success.schema === null) lines.push(`--output answer.${extensionOf(success.type)}`);
  return lines.join(" \\\n  ");
}

function extensionOf(type: string): string {
  return /pdf|zip|csv/.exec(type)?.[0] ?? "bin";
}

/** The call in TypeScript: with the official SDK where it has the operation, else with fetch. */
export function typescriptOf(operation: Shown): string {
  const name = sdkClassOf(operation);
  return name === null ? fetchOf(operation) : sdkOf(operation, name);
}

function sdkOf(operation: Shown, name: string): string {
  const { id, url, parameters, success, isOpen } = operation;
  const base = url.slice(0, url.indexOf("/v3") + 3);
  const inPath = parameters.filter((parameter) => parameter.in === "path");
  const input = exampleInput(operation);
  const given = [
    ...inPath.map((parameter) => JSON.stringify(exampleOf({ type: "string" }, parameter.name))),
    ...(Object.keys(input).length > 0 ? [literal(camel(input))] : []),
  ];
  const key = isOpen ? "" : 'api.username = process.env.API_KEY ?? "";\n';
  const call = `await api.${id}(${given.join(", ")})`;
  const answer = success.type === null ? `${call};` : `const { body } = ${call};`;
  return `import { ${name} } from "@dropbox/sign";\n\nconst api = new ${name}("${base}");\n${key}\n${answer}\n`;
}

function fetchOf(operation: Shown): string {
  const { method, url, parameters, success, isOpen } = operation;
  const input = exampleInput(operation);
  const hasBody = (method === "POST" || method === "PUT") && Object.keys(input).length > 0;
  const headers = [
    ...(isOpen ? [] : ['    authorization: "Basic " + btoa(process.env.API_KEY + ":"),']),
    ...(hasBody ? ['    "content-type": "application/json",'] : []),
  ];
  const lines = [
    `const answer = await fetch("${examplePath(url, parameters)}", {`,
    ...(method === "GET" ? [] : [`  method: "${method}",`]),
    ...(headers.length === 0 ? [] : ["  headers: {", ...headers, "  },"]),
    ...(hasBody ? [`  body: JSON.stringify(${literal(input).replaceAll("\n", "\n  ")}),`] : []),
    "});",
    ...(success.type === null
      ? []
      : [success.schema === null ? "const bytes = await answer.bytes();" : "const body = await answer.json();"]),
  ];
  return `${lines.join("\n")}\n`;
}

/** A value as TypeScript writes it: names without quotes where they need none. */
function literal(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(/^(\s*)"([A-Za-z_]\w*)":/gm, "$1$2:");
}

/** The SDK's names of members. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      camel(inner),
    ]),
  );
}

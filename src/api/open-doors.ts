// Operations that ask for no key. Anybody may call them, so what they take is small and no file is let in.

import type { FastifyError, FastifyInstance, FastifyRequest } from "fastify";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { readInput } from "../http/bodies.ts";
import { recognise } from "./authenticate.ts";
import { noteCaller } from "./call-notes.ts";
import { type Api, routeOf } from "./catalogue.ts";
import type { House } from "./operation.ts";

/** Mounts the open operations of an API: OAuth's also without the API's base, for it stands beside the API in the contract. */
export function mountOpen(app: FastifyInstance, { house, api }: { readonly house: House; readonly api: Api }): void {
  const known = new Set<string>();
  for (const operation of api.operations) {
    if (!operation.isOpen) continue;
    const { method, url: full } = routeOf(api, operation.on);
    // Two operations of one address are told apart by what they bring; a query string is no part of a route.
    const [url = ""] = full.split("?");
    if (known.has(url)) continue;
    known.add(url);
    for (const path of [url, url.slice(api.base.length)])
      app.route({
        method,
        url: path,
        bodyLimit: limits.formBytes,
        onRequest: async (request) => {
          refuseLong(request);
          noteCaller(request, {
            operation: operation.id,
            caller: await recognise(house, request.headers.authorization),
          });
        },
        errorHandler: (error: FastifyError) => {
          throw asOauth(error);
        },
        handler: async (request) => {
          const { input } = await readInput(request, { schema: operation.input, receive: refuseFile });
          const { authorization } = request.headers;
          return operation.handle({ house, authorization }, input as never);
        },
      });
  }
}

/** Parts of a form are streamed past the limit of bodies: their length must be told and small. */
function refuseLong(request: FastifyRequest): void {
  const length = Number(request.headers["content-length"] ?? Number.NaN);
  const isMultipart = /^multipart\//i.test(request.headers["content-type"] ?? "");
  if (isMultipart && !(length <= limits.formBytes))
    throw new Fault("invalid_request", `The body must tell its length, and be ${limits.formBytes / 1024} KB at most.`);
}

async function refuseFile(): Promise<never> {
  throw new Fault("invalid_request", "This operation takes no files.");
}

/** The names of OAuth for what is wrong with a request (RFC 6749, section 5.2). */
function asOauth(error: FastifyError): Error {
  const isWrong = error instanceof Fault ? error.faultName === "bad_request" : (error.statusCode ?? 500) < 500;
  return isWrong ? new Fault("invalid_request", error.message, error instanceof Fault ? error.path : undefined) : error;
}

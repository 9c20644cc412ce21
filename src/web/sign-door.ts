import type { FastifyReply, FastifyRequest } from "fastify";
import type { TObject, Type } from "typebox";
import { Fault } from "../base/faults.ts";
import type { Work } from "../events/work.ts";
import { readInput } from "../http/bodies.ts";
import type { Session } from "../signing/signer-session.ts";
import type { RefusalView } from "../wire/session.ts";

/** Lets the signer of a call's session do something, in one transaction. */
export type WithSession = <T extends object>(
  request: FastifyRequest,
  change: (work: Work, session: Session) => Promise<T>,
) => Promise<T | RefusalView>;

/** Reads what a call of the signing page brings; files are refused. */
export type ReadCall = <S extends TObject>(request: FastifyRequest, schema: S) => Promise<Type.Static<S>>;

/** Answers a call of the signing page: nobody keeps it. */
export function answer(reply: FastifyReply, body: object): FastifyReply {
  return reply.header("cache-control", "no-store").send(body);
}

/** Reads what a call of a page brings, as `ReadCall` says. Throws `bad_request`. */
export async function read<S extends TObject>(request: FastifyRequest, schema: S): Promise<Type.Static<S>> {
  const refuseFile = () => Promise.reject(new Fault("bad_request", "No files are taken here."));
  if (request.isMultipart()) return refuseFile();
  const { input } = await readInput(request, { schema, receive: refuseFile });
  return input;
}

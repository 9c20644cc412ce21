import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyReply } from "fastify";
import { findSession } from "../../accounts/sessions.ts";
import { Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { readToken } from "./cookie.ts";
import type { Visit } from "./visit.ts";

/** Streams that tell open pages that something of their account has changed. */
export type LiveStreams = { readonly show: (visit: Visit) => Promise<FastifyReply> };

type Stream = { readonly accountId: string; readonly end: () => void };

/** Opens the streams of a server; they end when it closes. */
export function openLiveStreams(app: FastifyInstance): LiveStreams {
  const streams = new Set<Stream>();
  app.addHook("preClose", async () => {
    for (const { end } of streams) end();
  });
  return {
    show: async (visit) => {
      const { account, reply } = visit;
      const own = [...streams].filter(({ accountId }) => accountId === account.account_id);
      if (streams.size >= limits.liveStreams || own.length >= limits.liveStreamsEach)
        throw new Fault("unavailable", "Too many pages are open at once; this one is not told of changes.");
      reply.hijack();
      const stream = { accountId: account.account_id, end: begin(visit) };
      streams.add(stream);
      reply.raw.once("close", () => streams.delete(stream));
      return reply;
    },
  };
}

/** Server-sent events (HTML standard, section 9.2) without content: who hears `change` reads its page again. */
function begin(visit: Visit): () => void {
  const { house, account, reply } = visit;
  const { raw } = reply;
  raw.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    // Proxies that gather answers would gather this one for ever.
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
  });
  raw.on("error", () => raw.destroy());
  say(raw, "retry: 3000\n\n:\n\n");
  const unfollow = house.news.follow(
    account.account_id,
    seldom(limits.liveGapMs, () => say(raw, "event: change\ndata:\n\n")),
  );
  const beat = setInterval(() => void giveSign(visit, raw), limits.liveBeatMs);
  const last = setTimeout(() => raw.end(), limits.liveStreamMs);
  raw.once("close", () => {
    unfollow();
    clearInterval(beat);
    clearTimeout(last);
  });
  return () => raw.end();
}

/** A comment keeps the line alive; a session that has ended ends its streams. */
async function giveSign({ house, request }: Visit, raw: ServerResponse): Promise<void> {
  const token = readToken(request, house.publicUrl);
  const at = house.clock();
  try {
    if (token === null || (await findSession(house.store.read, { token, at })) === null) raw.end();
    else say(raw, ":\n\n");
  } catch {
    // The database does not answer: the page asks again by itself.
    raw.end();
  }
}

/** Whoever does not read what is said is not told any more. */
function say(raw: ServerResponse, words: string): void {
  if (raw.writableLength > limits.liveUnreadBytes) raw.destroy();
  else if (!raw.writableEnded && !raw.destroyed) raw.write(words);
}

/** Does something at once, and again at most every so many milliseconds, however often it is asked for. */
function seldom(gapMs: number, act: () => void): () => void {
  let resting = false;
  let isAsked = false;
  const rest = () => {
    resting = true;
    setTimeout(() => {
      resting = false;
      if (isAsked) ask();
    }, gapMs).unref();
  };
  const ask = () => {
    isAsked = resting;
    if (resting) return;
    act();
    rest();
  };
  return ask;
}

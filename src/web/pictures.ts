import type { FastifyInstance, FastifyReply } from "fastify";
import { present } from "../base/assert.ts";
import { Fault, notFound } from "../base/faults.ts";
import type { Gate } from "../base/gate.ts";
import { limits } from "../base/limits.ts";
import { type Secret, sameText } from "../base/secrets.ts";
import { type DerivedPage, keepPage, pageTextName, pictureName } from "../documents/derived.ts";
import type { PreparedPage } from "../documents/jobs.ts";
import type { Workshop } from "../documents/workshop.ts";
import { pageTextKey, pictureKey } from "../signing/view.ts";
import type { Blobs } from "../storage/blobs.ts";

/** What shows pages; `desk` bounds how many documents are in memory for it. */
export type PictureParts = {
  readonly blobs: Blobs;
  readonly workshop: Workshop;
  readonly desk: Gate;
  readonly secret: Secret;
  /** Whether a request still has the document: files lie a while longer than that, and nobody sees them any more. */
  readonly isKept: (hash: string) => Promise<boolean>;
};

/**
 * Mounts the pictures and texts of pages, at addresses that only the house can make up and that never change what they give. What is
 * not kept is drawn, each page once however many ask for it in the same moment: `unavailable` when it cannot be, or not now.
 */
export function mountPictures(app: FastifyInstance, parts: PictureParts): void {
  const { blobs, secret, isKept } = parts;
  const draw = openDrawing(parts);

  app.get("/sign-api/pictures/:hash/:name", async (request, reply) => {
    const { hash, name } = request.params as Asked;
    const [, number = "", pixels = "", key = ""] = /^(\d{1,5})-(\d{3,4})-([0-9a-f]{32})$/.exec(name) ?? [];
    const [page, width] = [Number(number), Number(pixels)];
    if (!sameText(key, pictureKey(secret, { hash, page, width })) || !(await isKept(hash))) throw notFound();

    const kept = await blobs.readDerived(pictureName({ hash, page, width }));
    const picture = kept ?? pictureOf(await draw({ hash, page }), width);
    return send(reply, { bytes: picture, type: picture[0] === pngStart ? "image/png" : "image/jpeg" });
  });

  app.get("/sign-api/texts/:hash/:name", async (request, reply) => {
    const { hash, name } = request.params as Asked;
    const [, number = "", key = ""] = /^(\d{1,5})-([0-9a-f]{32})$/.exec(name) ?? [];
    const page = Number(number);
    if (!sameText(key, pageTextKey(secret, { hash, page })) || !(await isKept(hash))) throw notFound();

    const kept = await blobs.readDerived(pageTextName({ hash, page }));
    const text = kept ?? Buffer.from(JSON.stringify((await draw({ hash, page })).text));
    return send(reply, { bytes: text, type: "application/json; charset=utf-8" });
  });
}

type Asked = { readonly hash: string; readonly name: string };

/** A PNG begins with this byte, a JPEG with another. */
const pngStart = 0x89;

function openDrawing({ blobs, workshop, desk }: PictureParts): (asked: DerivedPage) => Promise<PreparedPage> {
  const underWay = new Map<string, Promise<PreparedPage>>();

  async function draw({ hash, page }: DerivedPage): Promise<PreparedPage> {
    const drawn = await desk(async () =>
      workshop.picture({ document: await blobs.read(hash), pages: [page], isAhead: false }),
    );
    if (!drawn.ok) throw new Fault("unavailable", "The picture of this page could not be drawn.");
    const shown = present(drawn.pages[0], `page ${page}`);
    await keepPage(blobs, { hash, page, ...shown });
    return shown;
  }

  return (asked) => {
    const name = pageTextName(asked);
    const drawing = underWay.get(name) ?? draw(asked).finally(() => underWay.delete(name));
    underWay.set(name, drawing);
    return drawing;
  };
}

/** Addresses are made for the widths of `limits.pictureWidths` alone. */
function pictureOf({ pictures }: PreparedPage, width: number): Uint8Array {
  const widths: readonly number[] = limits.pictureWidths;
  return present(pictures[widths.indexOf(width)], `picture ${width} pixels wide`);
}

function send(
  reply: FastifyReply,
  { bytes, type }: { readonly bytes: Uint8Array; readonly type: string },
): FastifyReply {
  return reply
    .type(type)
    .header("cache-control", "private, max-age=31536000, immutable")
    .header("cross-origin-resource-policy", "same-origin")
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { hashOf, type Secret } from "../base/secrets.ts";
import type { DraftRecord } from "../drafts/draft.ts";
import { changeFiles, type FileChange } from "../drafts/files.ts";
import { finishDraft } from "../drafts/finish.ts";
import { saveDraft } from "../drafts/save.ts";
import { claimDraft, type Drafted, resumeDraft } from "../drafts/session.ts";
import type { Transact, Work } from "../events/work.ts";
import { clientOf } from "../http/client.ts";
import { locales } from "../language/locales.ts";
import { refuse } from "../signing/refusal.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Store } from "../storage/store.ts";
import { viewDraft, viewFinished, viewPreparing } from "../wire/editor-draft.ts";
import { EditorSaveInput, readEditorSave } from "../wire/editor-save.ts";
import type { EditorAnswer, EditorFaults, EditorSaved } from "../wire/editor-view.ts";
import type { Act } from "./editor-door.ts";
import { mountEditorShells } from "./editor-shells.ts";
import { takeUploads } from "./editor-uploads.ts";
import { answer, read } from "./sign-door.ts";
import type { ShellDoors } from "./sign-shells.ts";

/** What the editor's doors need. */
export type EditorDoors = ShellDoors & {
  readonly store: Store;
  readonly blobs: Pick<Blobs, "receive">;
  readonly transact: Transact;
  readonly secret: Secret;
};

const Hex = Type.String({ pattern: "^[0-9a-f]{64}$" });
const Claim = Type.Object({
  token: Hex,
  tab: Hex,
  locale: Type.Optional(Type.Enum([...locales])),
  clientId: Type.Optional(Type.String({ maxLength: 64 })),
  parentOrigin: Type.Optional(Type.Union([Type.String({ maxLength: limits.urlLength }), Type.Null()])),
});
const FileOrder = Type.Object({
  order: Type.Array(Type.Integer({ minimum: 0 }), { maxItems: limits.filesPerRequest }),
});

/** Mounts the editor: its HTML, which never consumes a link, and the calls of its script. */
export function mountEditor(app: FastifyInstance, doors: EditorDoors): void {
  mountEditorShells(app, doors);
  const visit = (request: FastifyRequest, act: Act) => withDraft({ doors, request }, act);

  app.post("/editor-api/claim", async (request, reply) => answer(reply, await claim(doors, request)));
  app.get("/editor-api/draft", async (request, reply) =>
    answer(reply, await visit(request, async (_, { draft, bearer }) => viewDraft(draft, { ...doors, bearer }))),
  );
  app.put("/editor-api/draft", async (request, reply) => {
    const save = readEditorSave(await read(request, EditorSaveInput));
    return answer(reply, await visit(request, async (work, { draft }) => told(await saveDraft(work, { draft, save }))));
  });
  app.post("/editor-api/finish", async (request, reply) => {
    const save = readEditorSave(await read(request, EditorSaveInput));
    return answer(
      reply,
      await visit(request, async (work, { draft }) => {
        const made = await finishDraft(work, { draft, save });
        if ("refused" in made) return refuse(made.refused);
        if ("finished" in made) return viewFinished(draft, made.finished);
        return { ok: false, name: "draft_invalid", faults: made.faults } satisfies EditorFaults;
      }).catch(refuseBeyondQuota),
    );
  });
  const change = (request: FastifyRequest, what: FileChange) =>
    visit(request, async (work, { draft, bearer }) => {
      const refused = await changeFiles(work, { draft, change: what });
      return refused === null ? viewPreparing(bearer) : refuse(refused);
    });
  app.post("/editor-api/files", async (request, reply) =>
    answer(
      reply,
      await takeUploads(request, { ...doors, visit, change: (files) => change(request, { kind: "add", files }) }),
    ),
  );
  app.post("/editor-api/files/order", async (request, reply) => {
    const { order } = await read(request, FileOrder);
    return answer(reply, await change(request, { kind: "order", order }));
  });
  app.post("/editor-api/files/remove", async (request, reply) => {
    const { file } = await read(request, Type.Object({ file: Type.Integer({ minimum: 0 }) }));
    return answer(reply, await change(request, { kind: "remove", file }));
  });
}

/** Nothing of the finishing is written then: the draft stays as it was, to be finished later. */
function refuseBeyondQuota(error: unknown): EditorAnswer {
  if (!(error instanceof Fault && error.faultName === "payment_required")) throw error;
  return refuse("unavailable", { says: { key: "trouble.quota" } });
}

function told(saved: Drafted<DraftRecord>): EditorAnswer {
  if ("refused" in saved) return refuse(saved.refused);
  return { ok: true, revision: saved.draft.row.revision } satisfies EditorSaved;
}

async function claim(doors: EditorDoors, request: FastifyRequest): Promise<EditorAnswer> {
  const asked = await read(request, Claim);
  const bearer = `${asked.token}.${asked.tab}`;
  return act({ doors, request, token: asked.token }, async (work) => {
    const claimed = await claimDraft(work, asked);
    return "refused" in claimed ? refuse(claimed.refused) : viewDraft(claimed.draft, { ...doors, bearer });
  });
}

type Visit = { readonly doors: EditorDoors; readonly request: FastifyRequest };

async function withDraft({ doors, request }: Visit, act_: Act): Promise<EditorAnswer> {
  const [, token = "", tab = ""] =
    /^Bearer ([0-9a-f]{64})\.([0-9a-f]{64})$/.exec(request.headers.authorization ?? "") ?? [];
  if (token === "") return refuse("sign_url_invalid");
  return act({ doors, request, token }, async (work) => {
    const found = await resumeDraft(work, { token, tab });
    if ("refused" in found) return refuse(found.refused);
    return act_(bySender(work, found.draft), { draft: found.draft, bearer: `${token}.${tab}` });
  });
}

/** The trail names the sender whom the draft names. */
function bySender(work: Work, { base }: DraftRecord): Work {
  const requester = base.kind === "request" ? base.requester : null;
  return requester ? { ...work, actor: { ...work.actor, who: requester } } : work;
}

/** Whoever has the link acts for its account. */
async function act(
  { doors, request, token }: Visit & { readonly token: string },
  change: (work: Work) => Promise<EditorAnswer>,
): Promise<EditorAnswer> {
  const found = await doors.store.read
    .selectFrom("drafts")
    .innerJoin("accounts", "accounts.account_id", "drafts.account_id")
    .select("email")
    .where("token_hash", "=", hashOf(token))
    .executeTakeFirst();
  if (!found) return refuse("sign_url_invalid");
  return doors.transact(change, { who: found.email, ...clientOf(request) });
}

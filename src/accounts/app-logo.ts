// The picture of an app, as its signing page and its letters show it.

import type { Db } from "../storage/store.ts";

/** A logo: its path on this server, which changes with the picture, and the name of the app. */
export type Logo = { readonly path: string; readonly name: string };

/** The logo of an app's row, or null. */
export function logoOf(
  app: { readonly logo_blob: string | null; readonly name: string | null } | null | undefined,
): Logo | null {
  return app?.logo_blob ? { path: `/logos/${app.logo_blob}.png`, name: app.name ?? "" } : null;
}

/** The logo of an app, deleted or not, for its requests live on; null for none. */
export async function findLogo(db: Db, clientId: string | null): Promise<Logo | null> {
  if (clientId === null) return null;
  const app = await db
    .selectFrom("api_apps")
    .select(["logo_blob", "name"])
    .where("client_id", "=", clientId)
    .executeTakeFirst();
  return logoOf(app);
}

/** Whether the blob is the logo of an app: no other blob is shown to everybody. */
export async function isLogo(db: Db, hash: string): Promise<boolean> {
  const app = await db
    .selectFrom("api_apps")
    .select("client_id")
    .where("logo_blob", "=", hash)
    .limit(1)
    .executeTakeFirst();
  return app !== undefined;
}

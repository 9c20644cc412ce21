import type { Surface } from "./chromium.ts";

/** Signs at a field that asks "Sign here", by typing a name over whatever the dialog offers. */
export async function typeSignature(
  surface: Surface,
  { name, field = /^Sign here/ }: { readonly name: string; readonly field?: RegExp },
): Promise<void> {
  await surface.getByRole("button", { name: field }).first().click();
  const dialog = surface.getByRole("dialog", { name: "Your signature" });
  await dialog.getByRole("tab", { name: "Type" }).click();
  await dialog.getByRole("textbox", { name: "Full name" }).fill(name);
  await dialog.getByRole("button", { name: "Insert" }).click();
  await dialog.waitFor({ state: "hidden" });
}

/** Finishes and agrees; resolves when the page says that the signer is done. */
export async function finishSigning(surface: Surface): Promise<void> {
  await surface.getByRole("button", { name: "Finish" }).click();
  await agree(surface);
  await surface.getByRole("heading", { name: "You're done signing" }).waitFor();
}

/** The one click that signs, in the dialog of that name. */
export async function agree(surface: Surface): Promise<void> {
  const dialog = surface.getByRole("dialog", { name: "Agree and sign" });
  await dialog.getByRole("button", { name: "I agree" }).click();
}

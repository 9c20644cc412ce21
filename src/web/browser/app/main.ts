import { livenBrandForm } from "./brand.ts";
import { offerCopies } from "./copy.ts";
import { keepLive } from "./live.ts";
import { offerPasskeys } from "./passkeys.ts";
import { livenSendForm } from "./send.ts";

// The pages of the dashboard stand without this script; it makes them live. Each part looks for what it serves.
offerCopies(document);
offerPasskeys();
livenSendForm();
livenBrandForm();
keepLive();

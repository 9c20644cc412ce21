import { livenBrandForm } from "./brand.ts";
import { offerCopies } from "./copy.ts";
import { livenSendForm } from "./send.ts";

// The pages of the dashboard stand without this script; it makes them live. Each part looks for what it serves.
offerCopies();
livenSendForm();
livenBrandForm();

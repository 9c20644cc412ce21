import { offerCopies } from "./copy.ts";
import { keepLive } from "./live.ts";

// The pages of the dashboard stand without this script; it makes them live. Each part looks for what it serves.
offerCopies(document);
keepLive();

import { downloadFax, showFax } from "./fax.ts";
import { askDeleteFax, deleteFaxIt } from "./fax-delete.ts";
import { askDeleteLine, showFaxLine } from "./fax-line.ts";
import { buyIt, deleteLineIt, giveAccess, takeAccess } from "./fax-line-actions.ts";
import { showFaxLines } from "./fax-lines.ts";
import { showFaxes } from "./faxes.ts";
import type { Routes } from "./visit.ts";

/** The pages and actions of faxes and their lines. */
export const faxRoutes: Routes = {
  pages: {
    "/faxes": showFaxes,
    "/faxes/lines": (visit) => showFaxLines(visit),
    "/faxes/lines/:id": (visit) => showFaxLine(visit),
    "/faxes/lines/:id/delete": askDeleteLine,
    "/faxes/:id": showFax,
    "/faxes/:id/document": downloadFax,
    "/faxes/:id/delete": askDeleteFax,
  },
  actions: {
    "/faxes/lines": buyIt,
    "/faxes/lines/:id/users": giveAccess,
    "/faxes/lines/:id/users/remove": takeAccess,
    "/faxes/lines/:id/delete": deleteLineIt,
    "/faxes/:id/delete": deleteFaxIt,
  },
};

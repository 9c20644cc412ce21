import { downloadFax, showFax } from "./fax.ts";
import { askDeleteFax, deleteFaxIt } from "./fax-delete.ts";
import { showFaxLines } from "./fax-lines.ts";
import { showFaxes } from "./faxes.ts";
import type { Routes } from "./visit.ts";

/** The pages and actions of faxes and their lines. */
export const faxRoutes: Routes = {
  pages: {
    "/faxes": showFaxes,
    "/faxes/lines": showFaxLines,
    "/faxes/:id": showFax,
    "/faxes/:id/document": downloadFax,
    "/faxes/:id/delete": askDeleteFax,
  },
  actions: { "/faxes/:id/delete": deleteFaxIt },
};

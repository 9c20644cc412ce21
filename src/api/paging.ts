import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";

/** A page of a list: from 1, and how many to a page. */
export type Paging = { readonly page: number; readonly pageSize: number };

/** Reads `page` and `page_size`, 1 and 20 unless said. */
export function readPaging({
  page = 1,
  page_size = limits.pageSizeDefault,
}: {
  readonly page?: number;
  readonly page_size?: number;
}): Paging {
  if (page < 1 || page > limits.pageMost) throw badRequest("page not valid: it must be 1 or more", "page");
  if (page_size < 1 || page_size > limits.pageSizeMost)
    throw badRequest(`page_size not valid: it must be from 1 to ${limits.pageSizeMost}`, "page_size");
  return { page, pageSize: page_size };
}

import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";

/**
 * The domains of an app as host names: scheme, path and port are taken off where somebody pasted an address. Throws
 * `bad_request` with the path of the first that is none.
 */
export function readDomains(domains: readonly string[]): readonly string[] {
  return domains.map((domain, index) => {
    const host = URL.parse(domain.includes("://") ? domain : `https://${domain.trim()}`)?.hostname ?? "";
    // A URL's host may hold ; and , which would end a source in frame-ancestors.
    if (!/^(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])$/.test(host) || host.length > limits.nameLength)
      throw badRequest("domains not valid: each must be a host name, such as example.com", `domains[${index}]`);
    return host;
  });
}

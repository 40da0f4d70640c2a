import { createMask, type Mask } from "../../../contract/value-mask.ts";
import { urlPartsOf } from "../../../report/url-parts.ts";

/**
 * Makes the mask of what references stand for. Of a URL, its user, password and path and the credentials of its query are
 * masked by themselves too. Its host is shown, also where its user or path is the same text; a host that is the text of
 * its password is shown with its port alone.
 */
export function createReferenceMask(values: readonly string[]): Mask {
  const urls = values.map(urlPartsOf);
  const hosts = new Set(urls.flatMap((url) => [...url.hosts, ...url.addresses]));
  const credentials = urls.flatMap((url) => url.credentials);
  const names = urls.flatMap((url) => url.names);
  return createMask({ values: [...values, ...credentials], names, hosts });
}

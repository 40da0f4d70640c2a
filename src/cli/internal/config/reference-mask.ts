import { createMask, type Mask } from "../../../contract/value-mask.ts";
import { urlPartsOf } from "../../../report/url-parts.ts";

/**
 * Makes the mask of what references stand for. Of a URL, its user, password and path and the credentials of its query are
 * masked by themselves too; its host is shown, also where a part of the URL is the same text.
 */
export function createReferenceMask(values: readonly string[]): Mask {
  const urls = values.map(urlPartsOf);
  const hosts = new Set(urls.flatMap((url) => url.hosts));
  const credentials = urls.flatMap((url) =>
    url.credentials.filter((one) => !url.hosts.includes(one)),
  );
  const names = urls.flatMap((url) => url.names);
  return createMask({ values: [...values, ...credentials], names, hosts });
}

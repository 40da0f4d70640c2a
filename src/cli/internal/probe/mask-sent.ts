import type { RequestHeaders } from "./http-exchange.ts";
import type { HttpTarget, Target } from "./target.ts";

/** A text that holds nothing of a server, such as `status 200`. */
const OWN_WORDS = /^(?:status \d+|connection [a-z ]+|SERVING)?$/;

/**
 * Masks the credentials that a request has sent, which the server may repeat: those of headers, and of the URL's user and
 * password, path and query. The rules are loaded only for a text that may hold any.
 */
export async function maskSent(
  text: string,
  target: Target,
  headers: RequestHeaders,
): Promise<string> {
  if (OWN_WORDS.test(text)) return text;
  const [{ secretValuesOf }, { createMask }, { urlPartsOf }] = await Promise.all([
    import("../../../contract/header-secrets.ts"),
    import("../../../contract/value-mask.ts"),
    import("../../../report/url-parts.ts"),
  ]);
  const { authorization } = target as Partial<HttpTarget>;
  const all = { ...(authorization !== undefined && { authorization }), ...headers };
  const sent = Object.entries(all).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => secretValuesOf({ [name]: value })),
  );
  return createMask({ values: [...sent, ...urlPartsOf(target.shown).credentials] })(text);
}

import type { TargetResult } from "./result.ts";

/** A text of words alone, such as `status 200`, which is none of a server. */
const WORDS = /^[\w ()]*$/;

/** Masks the credentials in URLs and reasons. The rules are loaded only for a text that may hold any. */
export async function maskResults(
  results: readonly TargetResult[],
): Promise<readonly TargetResult[]> {
  if (results.every(isPlain)) return results;
  const { maskCredentials } = await import("../../../report/mask-credentials.ts");
  return results.map((result) => ({
    ...result,
    target: { ...result.target, shown: maskCredentials(result.target.shown) },
    verdict: { ...result.verdict, reason: maskCredentials(result.verdict.reason) },
  }));
}

/** A URL whose path has neither a token nor, by its host or words, the path of a webhook or a bot. */
const PLAIN_URL = /^[a-z]+:\/\/(?![^/]*hook)[^/?#]*(?:\/(?!webhook|input|key)[a-z._-]{0,20})*$/i;

function isPlain({ target, verdict }: TargetResult): boolean {
  return PLAIN_URL.test(target.shown) && WORDS.test(verdict.reason);
}

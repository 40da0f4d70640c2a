import type { Outcome } from "../../../contract/check.ts";

/** Milliseconds of a day. */
export const DAY = 24 * 60 * 60 * 1000;

/** A certificate and who has issued it; one that is signed by itself is its own issuer. */
export interface Certificate {
  readonly valid_to: string;
  readonly issuerCertificate?: Certificate | undefined;
}

/** When the first certificate of a chain ends, in milliseconds since 1970. */
export function expiryOf(leaf: Certificate): number {
  let first = Number.POSITIVE_INFINITY;
  const seen = new Set<Certificate>();
  for (let one: Certificate | undefined = leaf; one !== undefined; one = one.issuerCertificate) {
    if (seen.has(one)) break;
    seen.add(one);
    first = Math.min(first, Date.parse(one.valid_to));
  }
  return first;
}

/** Judges the days that are left. */
export function judgeExpiry(
  expiry: number,
  { degradedBelow, downBelow }: { readonly degradedBelow: number; readonly downBelow: number },
  now: number,
): Outcome {
  const left = (expiry - now) / DAY;
  if (left >= degradedBelow) return { status: "up" };
  const [status, limit] =
    left < downBelow ? (["down", downBelow] as const) : (["degraded", degradedBelow] as const);
  return {
    status,
    reason: `The certificate is valid for ${Math.floor(left)} more days; below ${limit} it is ${status}.`,
  };
}

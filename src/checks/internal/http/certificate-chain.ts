import type { Outcome } from "../../../contract/check.ts";

/** Milliseconds of a day. */
export const DAY = 24 * 60 * 60 * 1000;

/** A certificate and who has issued it; one that is signed by itself is its own issuer. */
export interface Certificate {
  readonly valid_to: string;
  /** Its bytes, as DER. */
  readonly raw?: Uint8Array;
  readonly issuerCertificate?: Certificate | undefined;
}

/** Finds the trusted certificate that has the name and the key of another, and when it ends. */
export type FindAnchor = (certificate: Certificate) => { readonly valid_to: string } | undefined;

/**
 * Returns the moment at which the first certificate of a chain ends, in milliseconds since 1970. The chain ends with the first one
 * whose name and key a trusted certificate has: what a server sends beyond it, such as an older root that has
 * signed the same key, was not needed. Anchors are looked up only where one that is not the leaf ends first.
 */
export function expiryOf(leaf: Certificate, anchorOf: FindAnchor): number {
  const chain = chainOf(leaf);
  const end = (one: { readonly valid_to: string }) => Date.parse(one.valid_to);
  const expiry = Math.min(...chain.map(end));
  if (expiry === end(leaf)) return expiry;
  let first = end(leaf);
  for (const one of chain) {
    const anchor = anchorOf(one);
    if (anchor !== undefined) return Math.min(first, end(anchor));
    first = Math.min(first, end(one));
  }
  return first;
}

function chainOf(leaf: Certificate): Certificate[] {
  const chain: Certificate[] = [];
  for (let one: Certificate | undefined = leaf; one !== undefined; one = one.issuerCertificate) {
    if (chain.includes(one)) break;
    chain.push(one);
  }
  return chain;
}

/** Returns the outcome for the days that are left. */
export function outcomeOfExpiry(
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

import type { HealthRequest } from "../contract/http.ts";

/** The maximum length of a presented token; a longer one is never accepted. */
const MAX_LENGTH = 1024;

/**
 * The access tokens of a service. A presented token is hashed once, with a seed of this process, and compared
 * in full with the tokens of that hash alone. So the time of a comparison reveals neither the number of
 * tokens nor how close a guess was.
 */
export class AccessTokens {
  readonly #tokens: readonly string[];
  /** The hashes of the tokens, made at the first request: some runtimes have no random numbers before one. */
  #hashes: readonly number[] | undefined;
  #seed = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  /** Whether a request presents one of them (RFC 6750, section 2.1; schemes ignore case). */
  isPresentedBy(request: HealthRequest): boolean {
    const presented = /^bearer +(\S+)$/i.exec(request.header("authorization") ?? "")?.[1];
    if (presented === undefined || presented.length > MAX_LENGTH) return false;
    if (this.#hashes === undefined) {
      this.#seed = Math.floor(Math.random() * 2 ** 32);
      this.#hashes = this.#tokens.map((token) => hash(token, this.#seed));
    }
    const key = hash(presented, this.#seed);
    return this.#hashes
      .map((own, index) => own === key && isSame(presented, this.#tokens[index] ?? ""))
      .includes(true);
  }
}

/** Hashes a text with 32-bit FNV-1a, from a seed. */
function hash(text: string, seed: number): number {
  let value = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}

/** Whether two tokens are equal; compares in full, so that the time does not reveal where they differ. */
function isSame(presented: string, token: string): boolean {
  let difference = presented.length ^ token.length;
  for (let index = 0; index < presented.length; index++) {
    difference |= presented.charCodeAt(index) ^ token.charCodeAt(index % token.length);
  }
  return difference === 0;
}

import { HaleError } from "../../contract/errors.ts";
import { type Rule, wholeNumber } from "../../contract/options.ts";

/** Where a server listens. */
export interface ListenAddress {
  readonly port: number;
  /** Every address, where it is left out. */
  readonly host: string | undefined;
}

/** The rules of the options that say where. */
export const ADDRESS_RULES = {
  port: wholeNumber(0, 65_535),
  host: {
    expected: "the name or address of this host",
    accepts: (value) => typeof value === "string" && value !== "",
  },
} as const satisfies Readonly<Record<keyof ListenAddress, Rule>>;

/** The URL of a server that has a port by now; it names `127.0.0.1` where it listens on every address. */
export function urlOf(scheme: string, { port, host = "127.0.0.1" }: ListenAddress): string {
  // IPv6 in brackets (RFC 3986, section 3.2.2).
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}/`;
}

/** The error of who could not have a port. */
export function listenFailed(
  { port, host = "every address" }: ListenAddress,
  cause: unknown,
): HaleError {
  const why = (cause as Error).message;
  const message = `The health server could not listen on ${host} port ${port}: ${why}. Choose another port, or 0 for a free one.`;
  return new HaleError("HALE_LISTEN_FAILED", message, { cause });
}

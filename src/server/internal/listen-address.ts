import { HaleError } from "../../contract/errors.ts";
import { type Rule, wholeNumber } from "../../contract/options.ts";

/** The address at which a server listens. */
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
    // What holds "://" or "@" is a URL, and may hold a credential: errors that name the host would show it.
    accepts: (value) => typeof value === "string" && value !== "" && !/:\/\/|@/.test(value),
  },
} as const satisfies Readonly<Record<keyof ListenAddress, Rule>>;

/** The URL of a server that has a port by now; it names `127.0.0.1` where it listens on every address. */
export function urlOf(scheme: string, { port, host = "127.0.0.1" }: ListenAddress): string {
  // IPv6 in brackets (RFC 3986, section 3.2.2).
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}/`;
}

/** The codes of an address that this machine does not have. */
const BAD_HOST = ["EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN", "EINVAL"];

/** The error of a server that cannot listen at its address. */
export function listenFailed(
  { port, host = "every address" }: ListenAddress,
  cause: unknown,
): HaleError {
  const { message: why, code = "" } = cause as NodeJS.ErrnoException;
  const remedy = remedyFor(code);
  const message = `The health server could not listen on ${host} port ${port}: ${why}. ${remedy}`;
  return new HaleError("HALE_LISTEN_FAILED", message, { cause });
}

function remedyFor(code: string): string {
  if (BAD_HOST.includes(code)) {
    return "Set host to an address of this machine, or leave it out for every address.";
  }
  if (code === "EACCES") return "Choose a port from 1024 on, or 0 for a free one.";
  return "Choose another port, or 0 for a free one.";
}

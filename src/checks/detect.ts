import type { Check, CheckOptions } from "../contract/check.ts";
import type { HaleError } from "../contract/errors.ts";
import {
  CHECK_OPTION_RULES,
  OBJECT,
  type Rule,
  requireOption,
  validateOptions,
} from "../contract/options.ts";
import { checkOfUrl, URL_SCHEMES } from "./internal/url/check-of-url.ts";

/** The result of {@link detect}. */
export interface Detection {
  /** A check for each dependency that was found, by name; give them to `createHealth`. */
  readonly checks: Readonly<Record<string, Check>>;
  /** Which variable became which check. */
  readonly found: readonly FoundVariable[];
  /** The variables that look like an address and became none, and why. */
  readonly left: readonly LeftVariable[];
}

/** A variable that became a check. */
export interface FoundVariable {
  readonly variable: string;
  /** The name of the check. */
  readonly check: string;
  /** The scheme of its URL, without the colon. */
  readonly scheme: string;
}

/** A variable that became no check. */
export interface LeftVariable {
  readonly variable: string;
  /** The kind of the reason. */
  readonly code:
    | "bad-name"
    | "bad-url"
    | "http-service"
    | "needs-client"
    | "no-url"
    | "same-address"
    | "same-name"
    | "unknown-scheme";
  /** The reason, as a sentence. */
  readonly why: string;
}

type Reason = Omit<LeftVariable, "variable">;

/** Variables whose value is a list of addresses without a scheme, and the scheme that they mean. */
const LISTS: Readonly<Record<string, string>> = {
  KAFKA_BROKERS: "kafka",
  KAFKA_BOOTSTRAP_SERVERS: "kafka",
  MEMCACHED_SERVERS: "memcached",
  ETCD_ENDPOINTS: "etcd",
  ZOOKEEPER_CONNECT: "zookeeper",
};

/** The rule of an environment; errors withhold its values, since they may be secrets. */
const ENVIRONMENT: Rule = {
  expected: "an object whose values are texts, such as process.env",
  secret: true,
  accepts: (value) =>
    OBJECT.accepts(value) &&
    Object.values(value as object).every((text) => text === undefined || typeof text === "string"),
};

/** The endings of variables whose value is an address. */
const ADDRESS = /_(?:URL|URI|DSN)$/;

/** Schemes of lists whose checks are made of a client alone. */
const OF_CLIENTS = ["etcd", "zookeeper"];

/** Addresses that may be anything, the service itself among it. */
const ANYTHING = ["http", "https"];

/**
 * Finds the dependencies of a service by the variables that usually hold their addresses, such as
 * `DATABASE_URL`, `REDIS_URL` or `KAFKA_BROKERS`, and says what it found and what it left. Values are
 * never shown. Each check opens a client of its own, as `fromUrl` does.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { detect } from "hale/checks";
 *
 * const { checks, found, left } = detect(process.env, { timeout: 300 });
 * for (const { variable, check } of found) console.log(`${variable} is the check ${check}`);
 * for (const { variable, why } of left) console.log(`${variable} is left: ${why}`);
 * const health = createHealth({ checks });
 * ```
 */
export function detect(
  env: Readonly<Record<string, string | undefined>>,
  options: CheckOptions = {},
): Detection {
  requireOption("detect()", "env", env, ENVIRONMENT);
  validateOptions("detect()", options, CHECK_OPTION_RULES);
  const checks: Record<string, Check> = {};
  const found: FoundVariable[] = [];
  const left: LeftVariable[] = [];
  const seen = new Map<string, string>();
  for (const [variable, value] of Object.entries(env).sort()) {
    const url = urlOf(variable, value);
    if (url === undefined) continue;
    const check = nameOf(variable);
    const scheme = url.slice(0, url.indexOf(":")).toLowerCase();
    const reason =
      reasonToLeave(url, scheme, check, seen.get(url)) ??
      (Object.hasOwn(checks, check)
        ? reasonOf("same-name", `There is a check "${check}" already.`)
        : undefined);
    const made = reason ?? checkOrReason(url, options);
    if ("why" in made) {
      left.push({ variable, ...made });
      continue;
    }
    checks[check] = made;
    found.push({ variable, check, scheme });
    seen.set(url, variable);
  }
  return { checks, found, left };
}

/** The URL that a variable holds; `undefined` where it is about something else. */
function urlOf(variable: string, value: string | undefined): string | undefined {
  if (value === undefined || value.trim() === "") return undefined;
  const scheme = Object.hasOwn(LISTS, variable) ? LISTS[variable] : undefined;
  if (scheme !== undefined) {
    return value.includes("://") && !OF_CLIENTS.includes(scheme) ? value : `${scheme}://${value}`;
  }
  return ADDRESS.test(variable) ? value : undefined;
}

function reasonOf(code: Reason["code"], why: string): Reason {
  return { code, why };
}

function reasonToLeave(
  url: string,
  scheme: string,
  check: string,
  same: string | undefined,
): Reason | undefined {
  if (same !== undefined) return reasonOf("same-address", `It is the same as ${same}.`);
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) return reasonOf("no-url", "It is no URL.");
  if (ANYTHING.includes(scheme)) {
    const why = "What an HTTP service is to answer is not known. Make its check with http().";
    return reasonOf("http-service", why);
  }
  if (OF_CLIENTS.includes(scheme)) {
    const why = `Its check takes the client that the service has: ${scheme}().`;
    return reasonOf("needs-client", why);
  }
  if (!URL_SCHEMES.includes(scheme)) {
    return reasonOf("unknown-scheme", "There is no check for URLs of its scheme.");
  }
  return /^(?!(?:live|ready|startup|deep)$)[a-z0-9][a-z0-9.-]{0,63}$/.test(check)
    ? undefined
    : reasonOf("bad-name", "Its name cannot name a check.");
}

/** The check of a URL, or what is wrong with it: one variable that was meant for something else keeps no service from its start. */
function checkOrReason(url: string, options: CheckOptions): Check | Reason {
  try {
    return checkOfUrl("detect()", url, options);
  } catch (failure) {
    const { code, message } = failure as HaleError;
    if (code === "HALE_BAD_URL") return reasonOf("bad-url", message);
    throw failure;
  }
}

/** `PAYMENTS_DATABASE_URL` as `payments-database`. */
function nameOf(variable: string): string {
  const words = variable.replace(ADDRESS, "").replace(/_(?:BROKERS|BOOTSTRAP_SERVERS)$/, "");
  return words
    .replace(/_(?:SERVERS|ENDPOINTS|CONNECT)$/, "")
    .toLowerCase()
    .replaceAll("_", "-");
}

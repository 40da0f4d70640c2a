import {
  FUNCTION,
  milliseconds,
  type Rule as OptionRule,
  type Rules,
  requireOption,
  validateOptions,
} from "../contract/options.ts";
import { type Audit, type AuditResult, createAudit } from "./audit.ts";
import { ENDPOINT_RULES, STATES, type State } from "./endpoint-rules.ts";
import { RawHttpClient } from "./raw-http-client.ts";

/** The options of {@link audits}. */
export interface EndpointOptions {
  /** The endpoint, such as `http://127.0.0.1:8000/health/ready`. */
  url: string;
  /**
   * Functions by state, each of which brings the service into its state before an audit. Audits of a state
   * without a function are left out, except that `up` needs none.
   *
   * @default none
   */
  states?: Partial<Readonly<Record<State, () => unknown>>> | undefined;
  /**
   * Texts, such as a host or a password, that no response may contain while a dependency is down.
   *
   * @default none
   */
  secrets?: readonly string[] | undefined;
  /**
   * Milliseconds after which a missing response counts as failed, and so does a state that was not entered.
   *
   * @default 10000
   */
  within?: number | undefined;
}

const URL_RULE: OptionRule = {
  expected: "an address that begins with http:// or https://",
  accepts: (value) =>
    typeof value === "string" && /^https?:\/\//.test(value) && URL.canParse(value),
};

const RULES: Rules<EndpointOptions> = {
  url: URL_RULE,
  states: {
    expected: `an object with functions for some of ${STATES.join(", ")}`,
    accepts: (value) =>
      typeof value === "object" &&
      value !== null &&
      Object.entries(value).every(
        ([state, enter]) =>
          (STATES as readonly string[]).includes(state) && FUNCTION.accepts(enter),
      ),
  },
  secrets: {
    expected: "a list of texts, none of them empty",
    secret: true,
    accepts: (value) =>
      Array.isArray(value) && value.every((text) => typeof text === "string" && text !== ""),
  },
  within: milliseconds(100),
};

/**
 * Makes the audits of one health endpoint, of hale or not, in the order of their states: up, down, hanging,
 * draining.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { listen } from "hale/node";
 * import { audits } from "hale/testing";
 *
 * const health = createHealth();
 * const { url } = await listen(health, { port: 0, host: "127.0.0.1" });
 * for (const audit of audits({ url: new URL("/health/ready", url).href })) {
 *   const { status, message } = await audit.run();
 *   if (status === "failed") throw new Error(message);
 * }
 * ```
 */
export function audits(options: EndpointOptions): readonly Audit[] {
  validateOptions("audits()", options, RULES);
  requireOption("audits()", "url", options.url, URL_RULE);
  const { url, states = {}, secrets = [], within = 10_000 } = options;
  const client = new RawHttpClient(url, within);
  const { pathname, search } = new URL(url);
  const path = `${pathname}${search}`;
  return ENDPOINT_RULES.filter(({ state }) => state === "up" || states[state] !== undefined).map(
    ({ state, ...rule }) =>
      createAudit(rule, async (verify) => {
        await inTime(states[state]?.(), within, `The function of the state "${state}"`);
        await verify({
          path,
          secrets,
          request: (method, { target = path, ...request } = {}) =>
            client.request(method, target, request),
          send: (text) => client.send(text),
        });
      }),
  );
}

/** Waits for a promise; rejects, with the name of what was awaited, when it does not settle in time. */
async function inTime(promise: unknown, within: number, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`${what} did not resolve within ${within} ms.`);
    timer = setTimeout(() => reject(error), within);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs the {@link audits} of one health endpoint in sequence, and resolves to their results.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { listen } from "hale/node";
 * import { auditEndpoint } from "hale/testing";
 *
 * const { url } = await listen(createHealth(), { port: 0, host: "127.0.0.1" });
 * const results = await auditEndpoint({ url: new URL("/health/ready", url).href });
 * const failed = results.filter(({ status }) => status === "failed");
 * if (failed.length > 0) throw new Error(failed.map(({ message }) => message).join("\n"));
 * ```
 */
export async function auditEndpoint(options: EndpointOptions): Promise<readonly AuditResult[]> {
  const results: AuditResult[] = [];
  for (const audit of audits(options)) results.push(await audit.run());
  return results;
}

import { requireOption } from "../contract/options.ts";
import { validateArgument } from "../contract/validate-argument.ts";
import { createMask } from "../contract/value-mask.ts";
import { maskCredentials } from "../report/mask-credentials.ts";
import { urlPartsOf } from "../report/url-parts.ts";
import { type Audit, type AuditResult, createAudit } from "./audit.ts";
import {
  ENDPOINT_IDS,
  ENDPOINT_OPTION_RULES,
  type EndpointOptions,
  URL_RULE,
} from "./endpoint-options.ts";
import { ENDPOINT_RULES, type EndpointRule } from "./endpoint-rules.ts";
import { EndpointClient } from "./internal/endpoint-rules/endpoint.ts";

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
  validateArgument("audits()", options, ENDPOINT_OPTION_RULES, ["url"]);
  requireOption("audits()", "url", options.url, URL_RULE);
  return rulesFor(options).map((rule) => auditOf(rule, options));
}

/** The rules whose state can be entered, and for which all endpoints are known. */
function rulesFor({
  states = {},
  liveness,
  only = ENDPOINT_IDS,
}: EndpointOptions): readonly EndpointRule[] {
  return ENDPOINT_RULES.filter(
    ({ id, state, needsLiveness }) =>
      only.includes(id) &&
      (state === "up" || states[state] !== undefined) &&
      (needsLiveness === undefined || liveness !== undefined),
  );
}

function auditOf(rule: EndpointRule, options: EndpointOptions): Audit {
  const { url, states = {}, secrets = [], liveness, within = 10_000 } = options;
  const { timeout = 1000, idleTimeout = 60_000 } = options;
  const { state } = rule;
  // An endpoint may repeat what it was sent.
  const sent = [url, liveness ?? ""].flatMap((each) => urlPartsOf(each).credentials);
  const hide = createMask({ values: sent });
  return createAudit(
    rule,
    async (verify) => {
      await inTime(states[state]?.(), within, `The function of the state "${state}"`);
      await verify({
        client: new EndpointClient(url, within),
        liveness: liveness === undefined ? undefined : new EndpointClient(liveness, within),
        secrets,
        hide,
        timeout,
        idleTimeout,
        within,
      });
    },
    (text) => maskCredentials(hide(text)),
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
 * Runs the {@link audits} of one health endpoint in sequence, those that only wait beside the others, and resolves
 * to their results.
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
  const all = audits(options);
  const waiting = new Map(
    all.filter((audit) => isInBackground(audit)).map((audit) => [audit, audit.run()] as const),
  );
  const results: AuditResult[] = [];
  for (const audit of all) {
    const result = await (waiting.get(audit) ?? audit.run());
    results.push(result);
    options.onResult?.(result);
  }
  return results;
}

function isInBackground({ id }: Audit): boolean {
  return ENDPOINT_RULES.some((rule) => rule.id === id && rule.inBackground === true);
}

import {
  FUNCTION,
  milliseconds,
  type Rule as OptionRule,
  type Rules,
} from "../contract/options.ts";
import type { AuditResult } from "./audit.ts";
import { ENDPOINT_RULES, STATES, type State } from "./endpoint-rules.ts";

/** The options of `audits` and `auditEndpoint`. */
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
   * The liveness endpoint of the same service. The audits then verify that it does not follow `url`, which is
   * readiness.
   *
   * @default none
   */
  liveness?: string | undefined;
  /**
   * Milliseconds that a prober waits for a response, by which latency is judged.
   *
   * @default 1000
   */
  timeout?: number | undefined;
  /**
   * Milliseconds for which the balancer in front of the service keeps an idle connection.
   *
   * @default 60000
   */
  idleTimeout?: number | undefined;
  /**
   * Milliseconds after which a missing response counts as failed, and so does a state that was not entered.
   *
   * @default 10000
   */
  within?: number | undefined;
  /**
   * The ids of the audits to make, in place of all.
   *
   * @default all
   */
  only?: readonly string[] | undefined;
  /**
   * A function that receives each result as soon as it is known, in the order of the audits.
   *
   * @default none
   */
  onResult?: ((result: AuditResult) => void) | undefined;
}

/** The address of an endpoint. */
export const URL_RULE: OptionRule = {
  expected: "an address that begins with http:// or https://",
  accepts: (value) =>
    typeof value === "string" && /^https?:\/\//.test(value) && URL.canParse(value),
};

/** The ids of all audits of an endpoint. */
export const ENDPOINT_IDS = ENDPOINT_RULES.map(({ id }) => id);

/** The rules of the options. */
export const ENDPOINT_OPTION_RULES: Rules<EndpointOptions> = {
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
  liveness: URL_RULE,
  timeout: milliseconds(50),
  idleTimeout: milliseconds(1000),
  within: milliseconds(100),
  only: {
    expected: "a list of ids of audits, as docs/audits.md has them",
    accepts: (value) => Array.isArray(value) && value.every((id) => ENDPOINT_IDS.includes(id)),
  },
  onResult: FUNCTION,
};

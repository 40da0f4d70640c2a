import type { Expose } from "../../contract/format.ts";
import { badOption } from "../../contract/misuse.ts";
import {
  BOOLEAN,
  milliseconds,
  RECORD,
  type Rules,
  requireOption,
  validateOptions,
} from "../../contract/options.ts";
import { validateArgument } from "../../contract/validate-argument.ts";
import type { ResponseOverrides } from "../../health-internals.ts";
import { EXPOSE_RULE } from "../../http/access.ts";
import { RESPONSE_OPTION_RULES, type ResponseOptions } from "../../http/response-options.ts";
import { GRPC_RULE, type GrpcListenOptions, grpcListenAddressOf } from "./grpc-options.ts";
import type { ListenAddresses } from "./health-servers.ts";
import { ADDRESS_RULES } from "./listen-address.ts";

/** For how long the event loop may stand still, in milliseconds. */
export interface StalledOptions {
  /**
   * Milliseconds after which readiness is 503; `liveness` at most.
   *
   * @default 2000, or `liveness` where that is less
   */
  readiness?: number | undefined;
  /**
   * Milliseconds after which liveness is 503.
   *
   * @default 30000
   */
  liveness?: number | undefined;
}

/** The options of {@link listen}. Response options hold for this listener alone. */
export interface ListenOptions extends ResponseOptions {
  /** The port, or 0 for a free one. It may be left out beside `grpc`. */
  port?: number | undefined;
  /**
   * The address to listen on.
   *
   * @default every address, because the kubelet and load balancers come from outside
   */
  host?: string | undefined;
  /**
   * The exposure to every caller here, for a port that only operators reach.
   *
   * @default that of `createHealth`
   */
  expose?: Expose | undefined;
  /**
   * The port at which gRPC clients are answered by `grpc.health.v1`, or an object with the port and more.
   *
   * @default none
   */
  grpc?: number | GrpcListenOptions | undefined;
  /**
   * Whether a thread of its own answers, in time however busy the service is.
   *
   * @default false
   */
  thread?: boolean | undefined;
  /** With `thread`: for how long the event loop may stand still before a probe fails. */
  stalled?: StalledOptions | undefined;
  /**
   * With `thread`: milliseconds between two runs of a check that has no `interval` itself, since the
   * thread answers from the last results.
   *
   * @default 5000
   */
  interval?: number | undefined;
}

/** A beat comes every 50 ms; a shorter time would take every turn of a busy loop for a stall. */
const MIN_STALL = 200;

const RULES: Rules<ListenOptions> = {
  ...ADDRESS_RULES,
  expose: EXPOSE_RULE,
  ...RESPONSE_OPTION_RULES,
  grpc: GRPC_RULE,
  thread: BOOLEAN,
  stalled: RECORD,
  interval: milliseconds(100, 24 * 60 * 60 * 1000),
};

const STALLED_RULES: Rules<StalledOptions> = {
  readiness: milliseconds(MIN_STALL),
  liveness: milliseconds(MIN_STALL),
};

/**
 * Refuses options that are wrong, and those of the probe thread where none is wanted; returns where to listen.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 *
 * @internal
 */
export function listenAddressesOf(options: ListenOptions): ListenAddresses {
  validateListenOptions(options);
  const { port, host, grpc } = options;
  return {
    http: port === undefined ? undefined : { port, host },
    grpc: grpc === undefined ? undefined : grpcListenAddressOf(grpc, host),
  };
}

function validateListenOptions(options: ListenOptions): void {
  validateArgument("listen()", options, RULES);
  if (options.grpc === undefined) requireOption("listen()", "port", options.port, RULES.port);
  const { stalled = {} } = options;
  validateOptions("stalled", stalled, STALLED_RULES);
  const { readiness, liveness } = stallLimits(stalled);
  requireOption("stalled", "readiness", readiness, {
    expected: `${liveness}, which is "liveness", or less`,
    accepts: () => readiness <= liveness,
  });
  if (options.thread === true) return;
  for (const option of ["stalled", "interval"] as const) {
    if (options[option] === undefined) continue;
    const expected = 'left out, or "thread" be true';
    throw badOption("listen()", option, expected, "given");
  }
}

/**
 * Selects the response options of a listener that differ from those of the health; `undefined` for none.
 *
 * @internal
 */
export function responseOverridesOf(options: ListenOptions): ResponseOverrides | undefined {
  const names: readonly string[] = ["expose", ...Object.keys(RESPONSE_OPTION_RULES)];
  const given = Object.entries(options).filter(
    ([name, value]) => names.includes(name) && value !== undefined,
  );
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** For how long the event loop may stand still before a probe fails. */
export function stallLimits({ liveness = 30_000, readiness }: StalledOptions) {
  return { readiness: readiness ?? Math.min(2000, liveness), liveness };
}

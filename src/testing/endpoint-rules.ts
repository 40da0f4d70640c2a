import { BODY_RULES } from "./internal/endpoint-rules/body.ts";
import { CACHING_RULES } from "./internal/endpoint-rules/caching.ts";
import { CONNECTION_RULES } from "./internal/endpoint-rules/connections.ts";
import { DISCLOSURE_RULES } from "./internal/endpoint-rules/disclosure.ts";
import { type EndpointRule, STATES } from "./internal/endpoint-rules/endpoint.ts";
import { LIVENESS_RULES } from "./internal/endpoint-rules/liveness.ts";
import { LOAD_RULES } from "./internal/endpoint-rules/load.ts";
import { METHOD_RULES } from "./internal/endpoint-rules/methods.ts";
import { REQUEST_RULES } from "./internal/endpoint-rules/requests.ts";
import { STATE_RULES } from "./internal/endpoint-rules/states.ts";
import { STATUS_RULES } from "./internal/endpoint-rules/status.ts";

export { type EndpointRule, STATES, type State } from "./internal/endpoint-rules/endpoint.ts";

const ALL: readonly EndpointRule[] = [
  ...STATUS_RULES,
  ...METHOD_RULES,
  ...REQUEST_RULES,
  ...BODY_RULES,
  ...CACHING_RULES,
  ...DISCLOSURE_RULES,
  ...LOAD_RULES,
  ...CONNECTION_RULES,
  ...LIVENESS_RULES,
  ...STATE_RULES,
];

/** The rules of every health endpoint, of hale or not, in the order of their states. */
export const ENDPOINT_RULES: readonly EndpointRule[] = STATES.flatMap((state) =>
  ALL.filter((rule) => rule.state === state),
);

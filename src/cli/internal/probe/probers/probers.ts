import { alb } from "./alb.ts";
import { consul } from "./consul.ts";
import { docker } from "./docker.ts";
import { envoy } from "./envoy.ts";
import { gcp } from "./gcp.ts";
import { haproxy } from "./haproxy.ts";
import { kubelet } from "./kubelet.ts";
import type { Prober } from "./prober.ts";

/** The probers whose conclusion can be asked for, by the names of `--as`. */
export const PROBERS = { kubelet, haproxy, envoy, alb, gcp, docker, consul } satisfies Readonly<
  Record<string, Prober>
>;

/** The name of a prober. */
export type ProberName = keyof typeof PROBERS;

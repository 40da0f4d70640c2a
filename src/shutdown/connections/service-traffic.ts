import { parseTarget } from "../../http/parse-target.ts";
import { isScrape } from "../../http/scrape.ts";
import { isProbe } from "../../node-http/node-request.ts";
import { type InFlightRequest, targetOf } from "./in-flight-requests.ts";

/** Whether a path is one of hale's. */
export type IsProbePath = (path: string) => boolean;

/** Whether a request is the service's own: neither a probe, through whatever adapter, nor a scrape. */
export function isServiceTraffic(inFlight: InFlightRequest, isProbePath: IsProbePath): boolean {
  const { probe, request, headers } = inFlight;
  if (probe || (request !== undefined && isProbe(request))) return false;
  const { path } = parseTarget(targetOf(inFlight));
  return !isProbePath(path) && !isScrape(path, headers?.["user-agent"] ?? userAgentOf(request));
}

/** Read from the raw headers: the others are made of them when they are asked for, which takes time. */
function userAgentOf(request: IncomingRequest | undefined): string | undefined {
  const raw = request?.rawHeaders ?? [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? "";
    if (name.length === USER_AGENT.length && name.toLowerCase() === USER_AGENT) {
      return raw[index + 1];
    }
  }
  return undefined;
}

type IncomingRequest = NonNullable<InFlightRequest["request"]>;

const USER_AGENT = "user-agent";

import type { Entry } from "../measure/contestant.ts";

export const BARE: Entry = { name: "bare `node:http`", server: "bare" };
export const BARE_AGAIN: Entry = { name: "bare `node:http`, a second one", server: "bare" };

/** The drivers alone: what a service with these clients loses by them, without any health endpoint of a library. */
export const BARE_WITH_CLIENTS: Entry = {
  name: "bare `node:http` with the two clients",
  server: "bare-with-clients",
};

export const HALE: Entry = { name: "hale, attached", server: "hale-attached" };
/** An earlier version, from the checkout that `HALE_EARLIER` names. */
export const HALE_EARLIER: Entry = { name: "hale, an earlier version", server: "hale-earlier" };
export const HALE_BEFORE_EXPRESS: Entry = {
  name: "hale, attached in front of Express",
  server: "hale-before-express",
};
export const HALE_IN_EXPRESS: Entry = { name: "hale, Express middleware", server: "hale-express" };

export const HALE_IN_STATE: Entry = { name: "hale, in a state", server: "hale-in-state" };

export const HALE_LISTENING: Entry = { name: "hale, `listen`", server: "hale-listen" };

export const HALE_IN_THREAD: Entry = { name: "hale, probe thread", server: "hale-thread" };

export const HALE_GRPC_IN_THREAD: Entry = {
  name: "hale, probe thread, gRPC",
  server: "hale-grpc-thread",
};

export const PEERS: readonly Entry[] = [
  { name: "@godaddy/terminus", server: "godaddy-terminus" },
  { name: "@cloudnative/health-connect", server: "cloudnative-health" },
  { name: "@nestjs/terminus", server: "nestjs-terminus" },
];

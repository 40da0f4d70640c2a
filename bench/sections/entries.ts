import type { Entry } from "../measure/contestant.ts";

export const BARE: Entry = { name: "bare `node:http`", server: "bare" };
export const BARE_AGAIN: Entry = { name: "bare `node:http`, a second one", server: "bare" };

export const HALE: Entry = { name: "hale, attached", server: "hale-attached" };
export const HALE_BEFORE_EXPRESS: Entry = {
  name: "hale, attached in front of Express",
  server: "hale-before-express",
};
export const HALE_IN_EXPRESS: Entry = { name: "hale, Express middleware", server: "hale-express" };

/** A larger young generation lets more late answers survive a scavenge together. */
export const HALE_PROVOKED: Entry = {
  name: "hale, attached, 100 callers hang up at first",
  server: "hale-attached",
  flags: ["--min-semi-space-size=16"],
};

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

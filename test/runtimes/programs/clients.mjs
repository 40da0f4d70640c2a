// Checks of workerd with clients: two that are recognised, one of HTTP, and one that is made of a URL.

import { healthHandler } from "../../../dist/adapters/fetch.js";
import { fromUrl, http } from "../../../dist/checks/index.js";
import { createHealth } from "../../../dist/index.js";
import { base } from "./base.mjs";

/** A Keyv over a Map, whose answers come in a later turn, as from a server. */
const entries = new Map();
const later = (value) => new Promise((resolve) => setTimeout(resolve, 5, value));
const store = {
  opts: {},
  get: (key) => later(entries.get(key)),
  set: (key, value) => later(entries.set(key, value) !== undefined),
  delete: (key) => later(entries.delete(key)),
  clear: () => later(entries.clear()),
};

/** A pool of pg, of which a connection takes a while, or for ever. */
let lends = true;
const database = {
  totalCount: 0,
  idleCount: 0,
  waitingCount: 0,
  options: { max: 10 },
  query: async () => undefined,
  connect: () =>
    lends ? later({ query: () => later(ANSWER), release() {} }) : new Promise(() => {}),
};
const ANSWER = { rows: [{ one: 1 }] };

const answerAt = (deep) =>
  healthHandler(
    createHealth({
      checks: {
        store,
        database,
        upstream: http({ url: `${base}/control/runtime` }),
        address: fromUrl(`${base}/control/runtime`),
      },
      http: { paths: { deep } },
      deadline: 5000,
      defaults: { maxAge: 0, timeout: 2000 },
      logger: false,
    }),
  );

// Where modules are loaded, which is outside of all requests.
const global = answerAt("/clients");
let late;

const PATHS = {
  "/clients": global,
  // Within a request, the first that comes.
  "/clients/late"(request) {
    late ??= answerAt("/clients/late");
    return late(request);
  },
  "/clients/lend"(request) {
    lends = new URL(request.url).search !== "?never";
    return new Response("");
  },
};

export const answer = (request) => PATHS[new URL(request.url).pathname](request);

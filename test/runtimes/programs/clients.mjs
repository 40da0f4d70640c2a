// Checks of workerd with clients: one that is recognised, one of HTTP, and one that is made of a URL.

import { fetchHandler } from "../../../dist/adapters/fetch.js";
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
};

// Where modules are loaded, which is outside of all requests.
export const answer = fetchHandler(
  createHealth({
    checks: {
      store,
      upstream: http({ url: `${base}/control/runtime` }),
      address: fromUrl(`${base}/control/runtime`),
    },
    paths: { deep: "/clients" },
    maxAge: 0,
    logger: false,
  }),
);

// A service that speaks fetch, and what the tests steer it by: it runs on every runtime.

import { healthHandler } from "../../../dist/adapters/fetch.js";
import { createHealth } from "../../../dist/index.js";

let state = "up";
let runs = 0;
let seen = [];
let lines = [];
const say = (line) => lines.push(line);

async function database({ signal }) {
  runs++;
  if (state === "down") throw new Error("connection refused");
  if (state === "degraded") return { status: "degraded", reason: "the replica lags" };
  if (state === "slow") await new Promise((resolve) => setTimeout(resolve, 60));
  if (state === "hanging") {
    await new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  }
}

function service() {
  const health = createHealth({
    checks: { database, cache: async () => "PONG" },
    deadline: 5000,
    defaults: { maxAge: 0, timeout: 1000 },
    http: { tokens: ["fedcba9876543210", "0123456789abcdef"] },
    logger: { info: say, warn: say, error: say },
  });
  const answer = healthHandler(health, {
    fallback(request) {
      const { pathname, search } = new URL(request.url, "http://localhost");
      seen.push(pathname);
      return new Response(`the application: ${pathname}${search}`);
    },
  });
  return { health, answer };
}

// Where modules are loaded, which on workerd is outside of all requests.
let current = service();

const CONTROLS = {
  "/control/new"() {
    state = "up";
    runs = 0;
    seen = [];
    lines = [];
    current = service();
  },
  "/control/set"(search) {
    state = search.slice(1);
  },
  "/control/drain": () => current.health.drain(),
  "/control/seen": () => seen,
  "/control/runs": () => runs,
  "/control/lines": () => lines,
  "/control/channels": () => {
    const channels = globalThis.process?.getBuiltinModule?.("diagnostics_channel");
    return channels === undefined ? "none" : "there";
  },
  "/control/runtime": () => globalThis.navigator?.userAgent,
  "/control/interval"() {
    try {
      createHealth({ defaults: { interval: 1000 }, checks: { database } });
      return "taken";
    } catch (failure) {
      return `${failure.code} ${failure.message}`;
    }
  },
};

/** A health whose bodies a function writes, which the first request to it makes. */
let formatted;

function byFunction(request) {
  formatted ??= healthHandler(
    createHealth({
      checks: { database },
      http: { format: ({ status }) => ({ body: { is: status } }) },
    }),
  );
  return formatted(new Request(new URL("/health/ready", request.url)));
}

export function fetch(request) {
  const { pathname, search } = new URL(request.url, "http://localhost");
  if (pathname === "/formatted") return byFunction(request);
  const control = CONTROLS[pathname];
  return control ? Response.json(control(search) ?? null) : current.answer(request);
}

import { createHealth } from "hale";
import { healthRouteHandlers } from "hale/next";

/** One for all routes, of which the build makes a bundle each. */
globalThis.service ??= start();

function start() {
  const service = { state: "up", seen: [], health: undefined };
  service.health = createHealth({
    checks: {
      database({ signal }) {
        if (service.state === "down") throw new Error("connection refused");
        if (service.state !== "hanging") return;
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        });
      },
      cache: async () => "PONG",
    },
    defaults: { maxAge: 0, timeout: 100 },
    http: { tokens: ["fedcba9876543210", "0123456789abcdef"] },
    logger: false,
  });
  return service;
}

/** What `healthRouteHandlers(health)` takes, for a health that is made anew for each audit. */
const health = {
  handle: (request) => globalThis.service.health.handle(request),
  report: (...asked) => globalThis.service.health.report(...asked),
};

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = healthRouteHandlers(health);

/** What the test asks for: `reset`, `drain`, or a state of the check `database`. */
export async function control(request) {
  const wish = new URL(request.url).searchParams.get("wish");
  if (wish === "reset") {
    await globalThis.service.health.close();
    globalThis.service = start();
  } else if (wish === "drain") globalThis.service.health.drain();
  else if (wish !== "seen") globalThis.service.state = wish;
  return Response.json(globalThis.service.seen);
}

/** The rest of the application. */
export async function answer(request) {
  const { pathname, search } = new URL(request.url);
  globalThis.service.seen.push(pathname);
  return new Response(`the application: ${pathname}${decodeURIComponent(search)}`);
}

import { createServer } from "node:http";
import { createHealth, defineCheck } from "hale";
import { attach } from "hale/node";
import { serve } from "./_serve.mjs";

/** What the one check of liveness finds, in each state that is its own. */
const OUTCOMES = {
  degraded: { status: "degraded", reason: "It is slow." },
  down: { status: "down", reason: "It does not work." },
};

await serve(({ state }) => {
  const server = createServer((_request, response) => response.writeHead(404).end());
  const worker = defineCheck({ scope: "process", run: async () => OUTCOMES[state] });
  const health = createHealth({ checks: { worker }, logger: false });
  if (state === "starting") health.addStartupTask("warm the cache", new Promise(() => {}));
  if (state === "draining") health.drain();
  attach(server, health);
  return server;
});

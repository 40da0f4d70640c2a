// A service that is killed: it loads, answers after a while, blocks its loop on SIGUSR2, and reports each hook that is
// run. Moments are those of `process.hrtime`, which all processes share.
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const { loads, blocks, quiet } = JSON.parse(process.argv[2]);
const now = () => Number(process.hrtime.bigint()) / 1e6;
const say = (message) => process.connected && process.send(message);

const health = createHealth({
  checks: { nothing: async () => {} },
  logger: { info: say, warn: say, error: say },
});
const server = createServer((request, response) => {
  const wait = Number(new URL(request.url, "http://service").searchParams.get("wait"));
  setTimeout(() => response.end("whole"), wait);
});
const { close } = server;
server.close = (...values) => {
  say({ closedAt: now() });
  return close.apply(server, values);
};
attach(server, health);
const hook = (name) => () => say({ hook: name });
gracefulShutdown({
  health,
  servers: [server],
  drain: { quiet, max: 5000 },
  onDrain: { consumer: hook("consumer") },
  onStop: { streams: hook("streams") },
  onClose: { database: hook("database"), telemetry: hook("telemetry") },
});
process.on("SIGUSR2", () => {
  for (const end = now() + blocks; now() < end; );
});
say({ listensToSignals: true });
setTimeout(() => {
  if (health.signal("drain").aborted) return;
  server.listen(0, "127.0.0.1", () => say({ port: server.address().port }));
}, loads);

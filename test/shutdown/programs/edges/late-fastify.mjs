// A Fastify app that begins to listen during its shutdown, when its start has got that far.
import Fastify from "fastify";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const health = createHealth({
  logger: { info: console.log, warn: console.log, error: console.log },
});
const app = Fastify();
attach(app.server, health);
let connected = () => {};
health.addStartupTask("connect", new Promise((resolve) => (connected = resolve)));
gracefulShutdown({
  health,
  servers: [app.server],
  onClose: {
    // The port is closed by now.
    listen: async () =>
      console.log(`listened on ${await app.listen({ port: 0, host: "127.0.0.1" })}`),
    database: () => connected(),
  },
});
console.log("starts");
setInterval(() => {}, 1000);

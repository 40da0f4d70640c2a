import createApp5 from "fastify";
import createApp4 from "fastify4";
import { healthPlugin } from "../../src/adapters/fastify.ts";
import { attach } from "../../src/adapters/node.ts";
import { adapterContract } from "../contracts/adapter-contract.ts";

const VERSIONS = [
  ["Fastify 4", createApp4 as unknown as typeof createApp5],
  ["Fastify 5", createApp5],
] as const;

for (const [version, createApp] of VERSIONS) {
  adapterContract(`${version}, as a plugin`, async (health, saw) => {
    const app = createApp({ forceCloseConnections: true });
    await app.register(healthPlugin(health));
    app.setNotFoundHandler((request, reply) => {
      saw(request.url);
      return reply.code(200).send(`the application: ${request.url}`);
    });
    return { base: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
  });

  adapterContract(`${version}, attached`, async (health, saw) => {
    const app = createApp({ forceCloseConnections: true });
    app.setNotFoundHandler((request, reply) => {
      saw(request.url);
      return reply.code(200).send(`the application: ${request.url}`);
    });
    attach(app.server, health);
    return { base: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
  });
}

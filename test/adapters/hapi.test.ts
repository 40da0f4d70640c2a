import { server as createServer } from "@hapi/hapi";
import { hapi } from "../../src/adapters/hapi.ts";
import { adapterContract } from "../contracts/adapter-contract.ts";

adapterContract("hapi 21, as a plugin", async (health, saw) => {
  const server = createServer({ port: 0, host: "127.0.0.1" });
  await server.register(hapi(health));
  server.route({
    method: "*",
    path: "/{path*}",
    handler: ({ url }) => {
      saw(url.pathname);
      return `the application: ${url.pathname}${url.search}`;
    },
  });
  await server.start();
  return { base: server.info.uri, close: () => server.stop({ timeout: 0 }) };
});

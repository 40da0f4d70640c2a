import { createServer } from "node:http";
import Koa from "koa";
import { koa } from "../../src/adapters/koa.ts";
import { attach } from "../../src/adapters/node.ts";
import { serve } from "../_support/serve.ts";
import { adapterContract } from "../contracts/adapter-contract.ts";

adapterContract("Koa 3, as middleware", (health, saw) => {
  const app = new Koa();
  app.use(koa(health));
  app.use((context) => {
    saw(context.path);
    context.body = `the application: ${context.url}`;
  });
  return serve(createServer(app.callback()));
});

adapterContract("Koa 3, attached", (health, saw) => {
  const app = new Koa();
  app.use((context) => {
    saw(context.path);
    context.body = `the application: ${context.url}`;
  });
  const server = createServer(app.callback());
  attach(server, health);
  return serve(server);
});

import { createServer } from "node:http";
import { H3 } from "h3";
import { toNodeHandler } from "h3/node";
import { h3 } from "../../src/adapters/h3.ts";
import { serve } from "../_support/serve.ts";
import { adapterContract } from "../contracts/adapter-contract.ts";

adapterContract("h3 2, as middleware", (health, saw) => {
  const app = new H3();
  app.use(h3(health));
  app.all("/**", ({ url }) => {
    saw(url.pathname);
    return `the application: ${url.pathname}${url.search}`;
  });
  return serve(createServer(toNodeHandler(app)));
});

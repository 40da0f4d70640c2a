import { createServer } from "node:http";
import createApp from "express";
import { createHealth } from "hale";
import { healthMiddleware } from "hale/express";
import { serve } from "./_serve.mjs";

await serve(({ clients }) => {
  const app = createApp();
  app.use(healthMiddleware(createHealth({ checks: clients })));
  return createServer(app);
});

import { createServer } from "node:http";
import {
  HealthChecker,
  LivenessEndpoint,
  ReadinessCheck,
  ReadinessEndpoint,
} from "@cloudnative/health-connect";
import createApp from "express";
import { checksOf, serve } from "./_serve.mjs";

await serve(({ clients }) => {
  const checker = new HealthChecker();
  for (const [name, check] of Object.entries(checksOf(clients))) {
    checker.registerReadinessCheck(new ReadinessCheck(name, check));
  }
  const app = createApp();
  app.use("/livez", LivenessEndpoint(checker));
  app.use("/health/deep", ReadinessEndpoint(checker));
  return createServer(app);
});

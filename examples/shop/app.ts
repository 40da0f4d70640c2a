import express, { type ErrorRequestHandler, type Express } from "express";
import { breakRoutes } from "./break-routes.ts";
import type { Breakable } from "./fault.ts";
import type { Shop } from "./shop.ts";
import { shopRoutes } from "./shop-routes.ts";

/** The application. It knows nothing of its health. */
export function createApp(shop: Shop, dependencies: ReadonlyMap<string, Breakable>): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(shopRoutes(shop));
  app.use(breakRoutes(dependencies));
  app.use((request, response) => {
    response.status(404).json({ error: `There is no ${request.method} ${request.path} here.` });
  });
  app.use(sendFailure);
  return app;
}

/** A failure that is not the visitor's fault comes from a dependency: it may work again soon. */
const sendFailure: ErrorRequestHandler = (failure, _request, response, _next) => {
  response.status(failure.status ?? 503).json({ error: failure.message });
};

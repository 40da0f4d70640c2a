import { readFileSync } from "node:fs";
import { json, Router } from "express";
import type { Shop } from "./shop.ts";

const PAGE = readFileSync(new URL("./page.html", import.meta.url));

/** The routes of the shop itself. */
export function shopRoutes(shop: Shop): Router {
  const routes = Router();

  routes.get("/", (_request, response) => {
    response.type("html").send(PAGE);
  });

  routes.get("/products", async (_request, response) => {
    const { products, from } = await shop.shelf();
    response.set("X-Products-From", from).json(products);
  });

  routes.post("/orders", json(), async (request, response) => {
    const product: unknown = request.body?.product;
    const order = await shop.order(product);
    if (order === undefined) {
      response.status(404).json({ error: 'There is no such product. Send {"product": 1}.' });
    } else {
      response.status(202).json({ order });
    }
  });

  routes.get("/orders", async (_request, response) => {
    response.json(await shop.handledOrders());
  });

  return routes;
}

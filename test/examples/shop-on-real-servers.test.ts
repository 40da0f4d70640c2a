import { afterAll, beforeAll, expect, test } from "vitest";
import {
  ask,
  deepBody,
  post,
  type RunningShop,
  startShopOnServers,
  untilAnswered,
} from "./_shop.ts";

let shop: RunningShop;

beforeAll(async () => {
  shop = await startShopOnServers();
});
afterAll(() => shop?.stop());

test.each([
  ["database", "hang"],
  ["database", "refuse"],
  ["database", "error"],
  ["cache", "hang"],
  ["cache", "refuse"],
  ["cache", "error"],
  ["jobs", "hang"],
  ["jobs", "refuse"],
  ["jobs", "error"],
])(
  "with PostgreSQL and Redis, %s breaks alone with %s, and works again when it is mended",
  async (check, how) => {
    await untilAnswered(shop, "/health/deep/", { status: 200, body: deepBody() });
    expect(await post(shop, `/break/${check}?how=${how}`)).toMatchObject({ status: 200 });
    await untilAnswered(shop, "/health/deep/", { status: 503, body: deepBody(check) });
    expect(await ask(shop, "/health/")).toMatchObject({ status: 200 });
    await post(shop, `/mend/${check}`);
    await untilAnswered(shop, "/health/deep/", { status: 200, body: deepBody() });
    await untilAnswered(shop, "/health/ready/", { status: 200, body: '{"status":"ok"}' });
  },
);

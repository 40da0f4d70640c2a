import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../servers/_until.ts";
import { ask, deepBody, post, type RunningShop, startShop, untilAnswered } from "./_shop.ts";

const OK = '{"status":"ok"}';
const FAILED = '{"status":"failed"}';

let shop: RunningShop;

beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop?.stop());

test("the first line that the shop prints ends with its URL", () => {
  expect(shop.printed.out).toMatch(/^The hale example shop is at http:\/\/127\.0\.0\.1:\d+\/\n$/);
});

test("a shop that works answers every probe with its exact body", async () => {
  await untilAnswered(shop, "/health/deep/", {
    status: 200,
    body: '{"status":"healthy","checks":{"database":"ok","cache":"ok","jobs":"ok"}}',
  });
  expect(await ask(shop, "/health/")).toMatchObject({ status: 200, body: OK });
  expect(await ask(shop, "/health/startup/")).toMatchObject({ status: 200, body: OK });
  await untilAnswered(shop, "/health/ready/", { status: 200, body: OK });
});

test("the products come from the database, and then from the cache", async () => {
  const from = async () => (await ask(shop, "/products")).headers.get("x-products-from");
  await until("the products to come from the database", async () => (await from()) === "database");
  await until("the products to come from the cache", async () => (await from()) === "cache");
  const { body } = await ask(shop, "/products");
  expect(JSON.parse(body)[0]).toEqual({ id: 1, name: "Teapot", cents: 3200 });
});

test("an order goes through the queue and is handled", async () => {
  const { status, body } = await order('{"product":2}');
  expect(status).toBe(202);
  const { order: id } = JSON.parse(body);
  await until("the order to be handled", async () => {
    const handled = JSON.parse((await ask(shop, "/orders")).body);
    return handled.some((one: { id: string }) => one.id === id);
  });
});

test("an order of a product that there is not is 404, and one that is no JSON is 400", async () => {
  expect(await order('{"product":99}')).toMatchObject({
    status: 404,
    body: '{"error":"There is no such product. Send {\\"product\\": 1}."}',
  });
  expect(await order("{")).toMatchObject({ status: 400 });
  expect(await post(shop, "/orders")).toMatchObject({ status: 404 });
});

test("a path that is nobody's is 404, also below /health", async () => {
  const body = (path: string) => `{"error":"There is no GET ${path} here."}`;
  expect(await ask(shop, "/nope")).toMatchObject({ status: 404, body: body("/nope") });
  expect(await ask(shop, "/health/nope")).toMatchObject({
    status: 404,
    body: body("/health/nope"),
  });
});

test.each(["/break/nope?how=hang", "/mend/nope"])(
  "%s is 404 and names the checks",
  async (path) => {
    expect(await post(shop, path)).toMatchObject({
      status: 404,
      body: '{"error":"There is no check \\"nope\\". The checks are: database, cache, jobs."}',
    });
  },
);

test.each(["?how=nope", "", "?how=hang&how=hang"])(
  "breaking with %j is 400 and names the ways",
  async (query) => {
    expect(await post(shop, `/break/database${query}`)).toMatchObject({
      status: 400,
      body: '{"error":"Say how: ?how=hang, ?how=refuse, ?how=error."}',
    });
    await untilAnswered(shop, "/health/deep/", { status: 200, body: deepBody() });
  },
);

describe.each(["database", "cache", "jobs"])("%s", (check) => {
  test.each(["hang", "refuse", "error"])(
    "breaks alone with %s, and works again when it is mended",
    async (how) => {
      expect(await post(shop, `/break/${check}?how=${how}`)).toMatchObject({
        status: 200,
        body: JSON.stringify({ check, broken: how }),
      });
      await untilAnswered(shop, "/health/deep/", { status: 503, body: deepBody(check) });
      await untilAnswered(shop, "/health/ready/", { status: 503, body: FAILED });
      expect(await ask(shop, "/health/")).toMatchObject({ status: 200, body: OK });
      expect(await ask(shop, "/health/startup/")).toMatchObject({ status: 200, body: OK });

      expect(await post(shop, `/mend/${check}`)).toMatchObject({
        status: 200,
        body: JSON.stringify({ check, broken: null }),
      });
      await untilAnswered(shop, "/health/deep/", { status: 200, body: deepBody() });
      await untilAnswered(shop, "/health/ready/", { status: 200, body: OK });
    },
  );
});

test("a shop whose dependencies have all failed is alive, and works again when they are mended", async () => {
  await post(shop, "/break/database?how=hang");
  await post(shop, "/break/cache?how=error");
  await post(shop, "/break/jobs?how=refuse");
  const body = deepBody("database", "cache", "jobs");
  await untilAnswered(shop, "/health/deep/", { status: 503, body });
  expect(await ask(shop, "/health/")).toMatchObject({ status: 200, body: OK });
  for (const check of ["database", "cache", "jobs"]) await post(shop, `/mend/${check}`);
  await untilAnswered(shop, "/health/deep/", { status: 200, body: deepBody() });
});

test("the products are served from the database while the cache hangs", async () => {
  await post(shop, "/break/cache?how=hang");
  const { status, headers } = await ask(shop, "/products");
  await post(shop, "/mend/cache");
  expect(status).toBe(200);
  expect(headers.get("x-products-from")).toBe("database");
  await untilAnswered(shop, "/health/ready/", { status: 200, body: OK });
});

function order(body: string): ReturnType<typeof ask> {
  const headers = { "Content-Type": "application/json" };
  return ask(shop, "/orders", { method: "POST", headers, body });
}

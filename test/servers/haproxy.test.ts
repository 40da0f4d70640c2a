import { createServer, type Server } from "node:http";
import { expect, onTestFinished, test, vi } from "vitest";
import { ask } from "../_support/ask.ts";
import { HOST } from "./_place.ts";
import { until } from "./_until.ts";
import { haproxy, isUp, markDown, portOf } from "./haproxy.ts";

vi.setConfig({ testTimeout: 120_000 });

test("HAProxy gives requests only to a replica that says that it is ready", async () => {
  const proxy = await haproxy.start();
  onTestFinished(proxy.stop);
  await markDown(proxy);
  expect((await ask(proxy.url, "GET", "/")).status).toBe(503);
  let ready = true;
  await listening(
    createServer(({ url }, response) => {
      response.writeHead(url === "/health/ready" && !ready ? 503 : 200).end("the service");
    }),
    portOf(proxy.port, "b"),
  );
  await until("HAProxy to see b", () => isUp(proxy, "b"));
  expect(await isUp(proxy, "a")).toBe(false);
  expect(await ask(proxy.url, "GET", "/")).toMatchObject({ status: 200, body: "the service" });
  ready = false;
  await until("HAProxy to miss b", async () => !(await isUp(proxy, "b")));
  expect((await ask(proxy.url, "GET", "/")).status).toBe(503);
});

async function listening(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve) => server.listen(port, HOST, resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
}

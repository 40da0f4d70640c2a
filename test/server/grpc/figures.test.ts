import diagnostics from "node:diagnostics_channel";
import { expect, onTestFinished, test } from "vitest";
import { GrpcHealthClient } from "../../_support/grpc-health-client.ts";
import { startGrpc } from "./_start.ts";

const TOKEN = "0123456789abcdef";
const BEARER = { metadata: { authorization: `Bearer ${TOKEN}` } };

/** A gRPC health server, a client of it, and what it counts and publishes. */
async function start() {
  const { port, parts } = await startGrpc({}, { http: { expose: "status", tokens: [TOKEN] } });
  const client = new GrpcHealthClient(`127.0.0.1:${port}`);
  const published: unknown[] = [];
  const listener = (message: unknown) => published.push(message);
  diagnostics.subscribe("hale.response", listener);
  onTestFinished(() => {
    diagnostics.unsubscribe("hale.response", listener);
    client.close();
  });
  const { ofProcess } = parts.figures();
  const counts = () =>
    Object.fromEntries(
      (["liveness", "readiness", "startup", "deep"] as const).map((probe) => [
        probe,
        [ofProcess(`${probe} 200`), ofProcess(`${probe} 503`)],
      ]),
    );
  return { client, counts, published };
}

test("a Check counts as 200 when it is SERVING and as 503 otherwise, and is published once", async () => {
  const { client, counts, published } = await start();
  for (const service of ["", "readiness", "liveness", "startup", "deep", "database", "cache"]) {
    await client.check(service, BEARER);
  }
  expect(counts()).toEqual({ liveness: [1, 0], readiness: [0, 2], startup: [1, 0], deep: [1, 2] });
  expect(published).toEqual([
    { probe: "readiness", check: undefined, status: 503 },
    { probe: "readiness", check: undefined, status: 503 },
    { probe: "liveness", check: undefined, status: 200 },
    { probe: "startup", check: undefined, status: 200 },
    { probe: "deep", check: undefined, status: 503 },
    { probe: "deep", check: "database", status: 200 },
    { probe: "deep", check: "cache", status: 503 },
  ]);
});

test("List, Watch, and a Check of what the caller may not see are in no figure", async () => {
  const { client, counts, published } = await start();
  await client.list();
  await client.watch("").received(1);
  expect([await client.check("nothing"), await client.check("database")]).toEqual([
    "NOT_FOUND",
    "NOT_FOUND",
  ]);
  expect(published).toEqual([]);
  expect(Object.values(counts()).flat()).toEqual(Array(8).fill(0));
});

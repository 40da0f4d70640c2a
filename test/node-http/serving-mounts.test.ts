import { createServer, type Server } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, onTestFinished, test } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { internalsOf } from "../../src/health-internals.ts";
import { noteServing, servingMounts } from "../../src/node-http/serving-mounts.ts";

function healthAndMounts() {
  const health = createHealth({ logger: false });
  onTestFinished(() => health.close());
  return { health, mounts: () => servingMounts(internalsOf("a test", health)) };
}

const listening = (server: Server) =>
  new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const closing = (server: Server) => new Promise((resolve) => server.close(resolve));

/** Collects what nothing needs any more: a WeakRef that was read keeps its target until the turn is over. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 3; round++) {
    await new Promise(setImmediate);
    collect();
  }
}

test("a server that the service lets go of is not kept in memory by the health", async () => {
  const { health, mounts } = healthAndMounts();
  health.markStarted();
  const servers = Array.from({ length: 20 }, () => {
    const server = createServer();
    attach(server, health);
    return new WeakRef(server);
  });
  await collectGarbage();
  expect(servers.filter((server) => server.deref() !== undefined)).toEqual([]);
  expect(mounts()).toEqual([]);
});

test("a server that has closed counts no more, until it listens again", async () => {
  const { health, mounts } = healthAndMounts();
  const server = createServer();
  attach(server, health);
  const mount = { server, owner: "attach()" };
  expect(mounts()).toEqual([mount]);
  await listening(server);
  expect(mounts()).toEqual([mount]);
  await closing(server);
  expect(mounts()).toEqual([]);
  await listening(server);
  expect(mounts()).toEqual([mount]);
  await closing(server);
});

test("healths on one server share its listeners", () => {
  const server = createServer();
  const count = () => server.listenerCount("close");
  const before = count();
  for (let made = 0; made < 20; made++) attach(server, healthAndMounts().health);
  expect(count()).toBe(before + 1);
});

test("a stand-in for a server counts without events", () => {
  const { health, mounts } = healthAndMounts();
  const server = {};
  const forget = noteServing(server, health, "healthMiddleware()");
  expect(mounts()).toEqual([{ server, owner: "healthMiddleware()" }]);
  forget();
  expect(mounts()).toEqual([]);
});

import "reflect-metadata";
import { createServer } from "node:http";
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { createHealth } from "../../src/health.ts";
import type { ClosableServer } from "../../src/shutdown/closable-servers.ts";
import { composeShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import { FakeProcess } from "../_support/fake-process.ts";

@Module({})
class App {}

const WARNING =
  "hale: the Nest app listens to SIGTERM too, and closes its port at once: remove app.enableShutdownHooks(), since gracefulShutdown() closes the app, with its hooks";

let warnings: string[];
let fake: FakeProcess;
beforeEach(() => {
  warnings = [];
  fake = new FakeProcess();
  // Nest listens to the process itself.
  fake.listeners = ((signal: NodeJS.Signals) => process.listeners(signal)) as never;
});

async function createApp() {
  const app = await NestFactory.create(App, new ExpressAdapter(), { logger: false });
  onTestFinished(() => app.close());
  return app;
}

function prepare(server: ClosableServer) {
  const log = (line: string) => void warnings.push(line);
  const health = createHealth({ logger: { info: () => {}, warn: log, error: log } });
  const shutdown = composeShutdown({ health, servers: [server] }, fake.environment);
  onTestFinished(() => shutdown.dispose());
  return shutdown;
}

/** Warnings after the turn. */
async function warned(): Promise<readonly string[]> {
  await Promise.resolve();
  return warnings.filter((line) => line.includes("Nest app"));
}

test("a Nest app with enableShutdownHooks() is warned of once, when it listens", async () => {
  const app = await createApp();
  prepare(app);
  app.enableShutdownHooks();
  expect(await warned()).toEqual([WARNING]);
  await app.listen(0, "127.0.0.1");
  expect(await warned()).toEqual([WARNING]);
});

test("enableShutdownHooks() of a later turn is seen when the app listens", async () => {
  const app = await createApp();
  prepare(app);
  expect(await warned()).toEqual([]);
  app.enableShutdownHooks();
  await app.listen(0, "127.0.0.1");
  expect(await warned()).toEqual([WARNING]);
});

test("a Nest app that listens already, and an application context, are warned of at once", async () => {
  const app = await createApp();
  app.enableShutdownHooks();
  await app.listen(0, "127.0.0.1");
  prepare(app);
  expect(await warned()).toEqual([WARNING]);
  const context = await NestFactory.createApplicationContext(App, { logger: false });
  onTestFinished(() => context.close());
  context.enableShutdownHooks();
  prepare(context);
  expect(await warned()).toEqual([WARNING, WARNING.replace("its port", "itself")]);
});

test("an app without it, a listener of its name, and one that is gone are not warned of", async () => {
  const cleanup = () => {};
  process.on("SIGTERM", cleanup);
  onTestFinished(() => void process.off("SIGTERM", cleanup));
  const app = await createApp();
  prepare(app);
  prepare(createServer());
  await app.listen(0, "127.0.0.1");
  const other = await createApp();
  other.enableShutdownHooks(["SIGHUP"] as never);
  prepare(other);
  const disposed = await createApp();
  disposed.enableShutdownHooks();
  prepare(disposed).dispose();
  const closed = await createApp();
  closed.enableShutdownHooks();
  await closed.close();
  prepare(closed);
  expect(await warned()).toEqual([]);
});

test("the members of Nest before version 12 are read, and its listener must be there", async () => {
  const app = {
    activeShutdownSignals: ["SIGTERM"],
    getHttpServer: () => createServer(),
    close: () => {},
  };
  prepare(app);
  expect(await warned()).toEqual([]);
  const cleanup = () => {};
  process.on("SIGTERM", cleanup);
  onTestFinished(() => void process.off("SIGTERM", cleanup));
  prepare(app);
  expect(await warned()).toEqual([WARNING]);
});

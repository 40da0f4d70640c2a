import { createServer } from "node:http";
import { expect, test } from "vitest";
import { gracefulShutdown } from "../../src/lifecycle/graceful-shutdown.ts";
import { type ShutdownOptions, shutdownSettings } from "../../src/lifecycle/shutdown-options.ts";
import { serve } from "../_support/compose.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const { health } = await serve();

test("what is not given is the default", () => {
  expect(shutdownSettings({ health })).toEqual({
    onDrain: undefined,
    onClose: undefined,
    drain: { min: 5000, quiet: 2000, max: 15_000, told: 3 },
    requestTimeout: 10_000,
    hookTimeout: 5000,
    signals: ["SIGTERM", "SIGINT"],
    fatal: false,
    exit: true,
  });
});

test("the least time of a drain is no longer than the longest one", () => {
  expect(shutdownSettings({ health, drain: { max: 300 } }).drain).toMatchObject({ min: 300 });
});

test.each<[string, string, object]>([
  ["HALE_UNKNOWN_OPTION", "server", { server: createServer() }],
  ["HALE_UNKNOWN_OPTION", "minimum", { drain: { minimum: 1 } }],
  ["HALE_BAD_OPTION", "health", { health: {} }],
  ["HALE_BAD_OPTION", "health", { health: undefined }],
  ["HALE_BAD_OPTION", "servers", { servers: createServer() }],
  ["HALE_BAD_OPTION", "servers[1]", { servers: [createServer(), {}] }],
  ["HALE_BAD_OPTION", "servers[0]", { servers: [null] }],
  ["HALE_BAD_OPTION", "onDrain", { onDrain: { jobs: "stop" } }],
  ["HALE_BAD_OPTION", "onClose", { onClose: [Promise.resolve()] }],
  ["HALE_BAD_OPTION", "min", { drain: { min: 2, max: 1 } }],
  ["HALE_BAD_OPTION", "told", { drain: { told: 101 } }],
  ["HALE_BAD_OPTION", "requestTimeout", { requestTimeout: -1 }],
  ["HALE_BAD_OPTION", "hookTimeout", { hookTimeout: 0 }],
  ["HALE_BAD_OPTION", "signals", { signals: ["SIGTREM"] }],
  ["HALE_BAD_OPTION", "signals", { signals: ["SIGTERM", "SIGTERM"] }],
  ["HALE_BAD_OPTION", "signals", { signals: ["SIGKILL"] }],
  ["HALE_BAD_OPTION", "fatal", { fatal: "exit" }],
  ["HALE_BAD_OPTION", "exit", { exit: 0 }],
])("%s names %s", (code, option, options) => {
  const error = haleErrorOf(() => gracefulShutdown({ health, ...options } as ShutdownOptions));
  expect(error.code).toBe(code);
  expect(error.message).toContain(`"${option}"`);
});

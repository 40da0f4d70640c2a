import { createServer } from "node:http";
import { expect, test } from "vitest";
import { gracefulShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import { type ShutdownOptions, shutdownSettings } from "../../src/shutdown/shutdown-options.ts";
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

test("the least time and the quiet one are no longer than the longest one", () => {
  expect(shutdownSettings({ health, drain: { max: 300 } }).drain).toMatchObject({
    min: 300,
    quiet: 300,
  });
});

test.each<[string, string, object]>([
  ["HALE_UNKNOWN_OPTION", "server", { server: createServer() }],
  ["HALE_UNKNOWN_OPTION", "minimum", { drain: { minimum: 1 } }],
  ["HALE_BAD_OPTION", "health", { health: {} }],
  ["HALE_BAD_OPTION", "health", { health: undefined }],
  ["HALE_BAD_OPTION", "servers", { servers: createServer() }],
  ["HALE_BAD_OPTION", "servers[1]", { servers: [createServer(), {}] }],
  ["HALE_BAD_OPTION", "servers[0]", { servers: [null] }],
  ["HALE_BAD_OPTION", "onDrain", { onDrain: "stop" }],
  ["HALE_BAD_OPTION", "onDrain.jobs", { onDrain: { a: () => {}, jobs: "stop" } }],
  ["HALE_BAD_OPTION", "onClose[1]", { onClose: [() => {}, Promise.resolve()] }],
  ["HALE_BAD_OPTION", "min", { drain: { min: 2, max: 1 } }],
  ["HALE_BAD_OPTION", "min", { drain: { min: 15_001 } }],
  ["HALE_BAD_OPTION", "quiet", { drain: { quiet: 2, max: 1 } }],
  ["HALE_BAD_OPTION", "quiet", { drain: { quiet: 15_001 } }],
  ["HALE_BAD_OPTION", "told", { drain: { told: 101 } }],
  ["HALE_BAD_OPTION", "requestTimeout", { requestTimeout: -1 }],
  ["HALE_BAD_OPTION", "hookTimeout", { hookTimeout: 0 }],
  ["HALE_BAD_OPTION", "signals", { signals: [] }],
  ["HALE_BAD_OPTION", "signals", { signals: "SIGTERM" }],
  ["HALE_BAD_OPTION", "signals[1]", { signals: ["SIGTERM", "SIGTREM"] }],
  ["HALE_BAD_OPTION", "signals[1]", { signals: ["SIGTERM", "SIGTERM"] }],
  ["HALE_BAD_OPTION", "signals[0]", { signals: ["SIGKILL"] }],
  ["HALE_BAD_OPTION", "fatal", { fatal: "exit" }],
  ["HALE_BAD_OPTION", "exit", { exit: 0 }],
])("%s names %s", (code, option, options) => {
  const error = haleErrorOf(() => gracefulShutdown({ health, ...options } as ShutdownOptions));
  expect(error.code).toBe(code);
  expect(error.message).toContain(`"${option}"`);
});

test("an error shows the word that is wrong", () => {
  const messageOf = (options: object) =>
    haleErrorOf(() => gracefulShutdown({ health, ...options } as ShutdownOptions)).message;
  expect(messageOf({ signals: ["SIGTREM"] })).toBe(
    'The option "signals[0]" of gracefulShutdown() must be the name of a signal that can be listened to, such as "SIGTERM", but is "SIGTREM".',
  );
  expect(messageOf({ signals: [15] })).toMatch(/"signals\[0\]" .* but is 15\.$/);
  expect(messageOf({ fatal: "exit" })).toMatch(/must be one of "drain", but is "exit"\.$/);
});

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
    onStop: undefined,
    onClose: undefined,
    drain: { min: undefined, quiet: "auto", max: 15_000, failedProbes: 3 },
    requestTimeout: 10_000,
    hookTimeout: 5000,
    signals: ["SIGTERM", "SIGINT"],
    fatal: false,
    exit: true,
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
  ["HALE_BAD_OPTION", "onStop.feeds", { onStop: { feeds: "stop" } }],
  ["HALE_BAD_OPTION", "onClose[1]", { onClose: [() => {}, Promise.resolve()] }],
  ["HALE_BAD_OPTION", "min", { drain: { min: 200, max: 100 } }],
  ["HALE_BAD_OPTION", "min", { drain: { min: 5 } }],
  ["HALE_BAD_OPTION", "min", { drain: { min: 15_001 } }],
  ["HALE_BAD_OPTION", "quiet", { drain: { quiet: 200, max: 100 } }],
  ["HALE_BAD_OPTION", "quiet", { drain: { quiet: "none" } }],
  ["HALE_BAD_OPTION", "max", { drain: { max: 15 } }],
  ["HALE_BAD_OPTION", "quiet", { drain: { quiet: 15_001 } }],
  ["HALE_BAD_OPTION", "failedProbes", { drain: { failedProbes: 101 } }],
  ["HALE_BAD_OPTION", "requestTimeout", { requestTimeout: 99 }],
  ["HALE_BAD_OPTION", "hookTimeout", { hookTimeout: 5 }],
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

test.each([0, 100])("%i ms are accepted everywhere, and seconds nowhere", (time) => {
  const options = {
    health,
    drain: { min: time, quiet: time, max: time },
    requestTimeout: time,
    hookTimeout: time,
  };
  expect(shutdownSettings(options)).toMatchObject({ requestTimeout: time, hookTimeout: time });
});

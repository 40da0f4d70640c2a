import { describe, expect, test } from "vitest";
import { describeFailure, ProbeFailure } from "../../../../src/cli/internal/probe/probe-failure.ts";
import { parseTarget } from "../../../../src/cli/internal/probe/target.ts";
import { look } from "../../../../src/cli/internal/watch/look.ts";
import { probe } from "../../../../src/cli/probe.ts";
import { startGrpcEnding } from "../../_hostile-grpc.ts";
import { plain, run } from "./_run.ts";

const MESSAGES: readonly (readonly [status: string, message: string, reason: string])[] = [
  [
    "14",
    "down%1B]0;title%07%0Agrpc://other is healthy",
    "gRPC status 14 UNAVAILABLE: down grpc://other is healthy",
  ],
  ["2", "%1B[2J%1B[31mred%C2%9B0m", "gRPC status 2 UNKNOWN: red"],
  ["5", "%E2%80%AEdesrever%00", "gRPC status 5 NOT_FOUND: desrever"],
  ["13", "a%zz%0A", "gRPC status 13 INTERNAL: a%zz%0A"],
  ["8", "x".repeat(5000), `gRPC status 8 RESOURCE_EXHAUSTED: ${"x".repeat(200)}…`],
  ["constructor", "", "gRPC status constructor an unknown status"],
  ["9".repeat(5000), "", `gRPC status ${"9".repeat(200)}… an unknown status`],
];

describe("a gRPC status %s with the message %j is one printable line", () => {
  test.each(MESSAGES)("of hale probe: %s, %s", async (status, message, reason) => {
    const port = await startGrpcEnding(status, message);
    const ended = await run(probe, ["--timeout", "30s", `grpc://127.0.0.1:${port}`]);
    expect(plain(ended)).toEqual({
      code: 1,
      stdout: `grpc://HOST is unhealthy: ${reason} in N ms\n`,
      stderr: "",
    });
  });

  test.each(MESSAGES)("of hale watch: %s, %s", async (status, message, reason) => {
    const port = await startGrpcEnding(status, message);
    const { signal } = new AbortController();
    const options = { timeout: 30_000, headers: {}, tls: { verify: true }, signal };
    expect(await look(parseTarget(`grpc://127.0.0.1:${port}`), options)).toEqual({
      status: "down",
      reason,
      latency: undefined,
    });
  });
});

describe("a failure is one printable line", () => {
  const hostile = "one\u001b]0;title\u0007\ntwo\u009b31m";

  test.each([
    ["with a code", Object.assign(new Error(hostile), { code: "E_OTHER" }), "one two (E_OTHER)"],
    ["without one", new Error(hostile), "one two"],
    ["that is no error", hostile, "one two"],
    ["of a code that objects inherit", { code: "constructor", message: "a" }, "a (constructor)"],
  ])("%s", (_, error, message) => {
    expect(describeFailure(error, "response").message).toBe(message);
  });

  test("as a probe itself reports it", () => {
    expect(new ProbeFailure("", hostile, "body").message).toBe("one two");
  });
});

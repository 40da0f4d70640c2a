import { expect, test } from "vitest";
import { closeServers, describeCutOff } from "../../src/shutdown/close-servers.ts";
import type { ServerDrain } from "../../src/shutdown/server-drain.ts";
import { FakeClock } from "../_support/fake-clock.ts";

test.each([
  [0, 0, undefined],
  [1, 0, "1 request was cut off; raise requestTimeout, or end streams in onStop"],
  [2, 0, "2 requests were cut off; raise requestTimeout, or end streams in onStop"],
  [0, 1, "1 connection was cut off; raise requestTimeout, or end streams in onStop"],
  [1, 1, "1 request and 1 connection were cut off; raise requestTimeout, or end streams in onStop"],
  [
    3,
    2,
    "3 requests and 2 connections were cut off; raise requestTimeout, or end streams in onStop",
  ],
])("%i requests and %i connections are %s", (requests, connections, words) => {
  expect(describeCutOff({ requests, connections })).toBe(words);
});

test("the error names each server that cannot be closed, without secrets, and the others are closed", async () => {
  const closed: string[] = [];
  const server = (name: string, failure?: Error) =>
    ({
      close() {
        if (failure !== undefined) throw failure;
        closed.push(name);
      },
      endWebSockets() {},
      empty: async () => {},
      cutOff: () => ({ requests: 0, connections: 0 }),
    }) as Partial<ServerDrain> as ServerDrain;
  const closing = closeServers({
    servers: [
      server("a", new Error("the first is broken")),
      server("b"),
      server("c", new Error("no password=s3cret")),
    ],
    webSockets: [],
    quiet: 0,
    timeout: 1000,
    clock: new FakeClock(),
    onStop: async () => {},
    sooner: new Promise(() => {}),
  });
  const failure = await closing.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AggregateError);
  expect(failure).toMatchObject({ message: "the first is broken; no password=***" });
  expect(closed).toEqual(["b"]);
});

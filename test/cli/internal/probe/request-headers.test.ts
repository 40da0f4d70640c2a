import { describe, expect, test } from "vitest";
import { probe } from "../../../../src/cli/probe.ts";
import { startRaw } from "../../_endpoints.ts";
import { run } from "./_run.ts";

/** The lines of the head that `hale probe` sends with some flags. */
async function linesSent(...flags: readonly string[]): Promise<readonly string[]> {
  const { port, received } = await startRaw("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  const words = ["--timeout", "30s", ...flags, `http://127.0.0.1:${port}/`];
  expect(await run(probe, words)).toMatchObject({ code: 0 });
  return received.join("").split("\r\n").slice(1, -2);
}

const TWICE = ["-H", "x-team: a", "-H", "accept: text/plain", "-H", "X-Team: b"];

describe("a header that is given", () => {
  test("more than once is sent as often, by HTTP/1.1 and HTTP/1.0", async () => {
    const lines = await linesSent(...TWICE);
    expect(lines.filter((line) => line.startsWith("x-team"))).toEqual(["x-team: a", "x-team: b"]);
    expect(lines).toContain("accept: text/plain");
    expect(await linesSent("--as", "haproxy", ...TWICE)).toEqual([
      "x-team: a",
      "x-team: b",
      "accept: text/plain",
    ]);
  });

  test("without a value is sent without one, also the host", async () => {
    const lines = await linesSent("-H", "host:", "-H", "x-empty:");
    expect(lines).toEqual(expect.arrayContaining(["host: ", "x-empty: "]));
    expect(lines.filter((line) => line.startsWith("host"))).toHaveLength(1);
  });
});

import { writeFileSync } from "node:fs";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseTarget } from "../../../../src/cli/internal/probe/target.ts";
import { look } from "../../../../src/cli/internal/watch/look.ts";
import { probe } from "../../../../src/cli/probe.ts";
import { makeFolder } from "../../../_support/folder.ts";
import { run } from "./_run.ts";

/** Starts a gRPC server that refuses every call, and keeps the credential of each. */
async function startRefusing() {
  const received: (string | undefined)[] = [];
  const server = createServer();
  server.on("stream", (stream, { authorization }) => {
    received.push(authorization);
    const headers = { "content-type": "application/grpc", "grpc-status": "16" };
    stream.respond({ ":status": 200, ...headers }, { endStream: true });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { received, url: `grpc://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("hale probe sends the token to a gRPC server as metadata, and none without the flag", async () => {
  const { received, url } = await startRefusing();
  const file = join(makeFolder(), "token");
  writeFileSync(file, "0123456789abcdef\n");
  const { code, stdout } = await run(probe, ["-t", "30s", "--token-file", file, url]);
  expect(code).toBe(1);
  expect(stdout).toContain("gRPC status 16 UNAUTHENTICATED");
  await run(probe, ["-t", "30s", url]);
  expect(received).toEqual(["Bearer 0123456789abcdef", undefined]);
});

test("hale watch sends it too", async () => {
  const { received, url } = await startRefusing();
  const { signal } = new AbortController();
  const headers = { authorization: "Bearer 0123456789abcdef" };
  await look(parseTarget(url), { timeout: 30_000, headers, tls: { verify: true }, signal });
  expect(received).toEqual(["Bearer 0123456789abcdef"]);
});

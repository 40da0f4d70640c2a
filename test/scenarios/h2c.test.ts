import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { listen } from "../../src/server/listen.ts";
import { ask, askRaw } from "../_support/ask.ts";
import { askHttp2 } from "../_support/ask-http2.ts";

/** A service that speaks HTTP/2 without TLS, as gRPC services and meshes do. */
async function startH2c() {
  const health = createHealth({ logger: false });
  onTestFinished(() => health.close());
  const server = createServer((_request, response) => void response.end("the application"));
  attach(server, health);
  server.listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return { health, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("an h2c server answers probers that speak HTTP/2, and none that begins with HTTP/1", async () => {
  const { base } = await startH2c();
  expect((await askHttp2(base, "GET", "/health/ready")).status).toBe(200);
  expect((await askHttp2(base, "GET", "/shop")).body).toBe("the application");
  await expect(ask(base, "GET", "/health/ready")).rejects.toThrow();
  const upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk";
  const reply = await askRaw(base, `GET /livez HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n\r\n`).catch(
    () => [],
  );
  expect(reply.join("")).not.toContain("HTTP/1.1");
});

test("curl reads it with --http2-prior-knowledge, and not without", async () => {
  const { base } = await startH2c();
  const curl = (...args: string[]) =>
    promisify(execFile)("curl", ["--silent", ...args, `${base}/health/ready`]);
  expect((await curl("--http2-prior-knowledge")).stdout).toBe('{"status":"ok"}');
  await expect(curl("--http1.1")).rejects.toMatchObject({ code: expect.any(Number) });
});

test("a port of its own answers the others", async () => {
  const { health } = await startH2c();
  const { url, close } = await listen(health, { port: 0, host: "127.0.0.1" });
  onTestFinished(close);
  expect((await ask(url, "GET", "/health/ready")).status).toBe(200);
});

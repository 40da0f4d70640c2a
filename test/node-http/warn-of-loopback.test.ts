import { createServer } from "node:http";
import { expect, onTestFinished, test, vi } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { warnOfLoopbackAddress } from "../../src/node-http/warn-of-loopback.ts";
import { listen } from "../../src/server/listen.ts";

const LINE = expect.stringMatching(
  /^hale: the server listens on 127\.0\.0\.1, .* listen on 0\.0\.0\.0/,
);

function healthWithWarnings() {
  const warn = vi.fn();
  const health = createHealth({ logger: { info() {}, warn, error() {} } });
  onTestFinished(() => health.close());
  return { health, lines: () => warn.mock.calls.map(([line]) => line) };
}

function inKubernetes(host: string): void {
  vi.stubEnv("KUBERNETES_SERVICE_HOST", host);
  onTestFinished(() => void vi.unstubAllEnvs());
}

async function warningsOfAttach() {
  const { health, lines } = healthWithWarnings();
  const server = createServer();
  attach(server, health);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return lines();
}

test("a server in Kubernetes that listens on the loopback interface is warned of", async () => {
  inKubernetes("10.96.0.1");
  expect(await warningsOfAttach()).toEqual([LINE]);
});

test("elsewhere it is not", async () => {
  inKubernetes("");
  expect(await warningsOfAttach()).toEqual([]);
});

test("a port of its own in Kubernetes on the loopback interface is warned of", async () => {
  inKubernetes("10.96.0.1");
  const { health, lines } = healthWithWarnings();
  const { close } = await listen(health, { port: 0, host: "127.0.0.1" });
  onTestFinished(close);
  expect(lines()).toEqual([LINE]);
});

test.each([
  ["127.0.0.1", 1],
  ["::1", 1],
  ["localhost", 1],
  ["::ffff:127.0.0.1", 1],
  ["0.0.0.0", 0],
  ["::", 0],
  ["10.0.0.7", 0],
])("the address %s is warned of %i times", (address, times) => {
  inKubernetes("10.96.0.1");
  const log = vi.fn();
  warnOfLoopbackAddress(address, 8000, log);
  expect(log).toHaveBeenCalledTimes(times);
});

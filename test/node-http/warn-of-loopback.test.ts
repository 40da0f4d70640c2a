import { createServer, type Server } from "node:http";
import { expect, onTestFinished, test, vi } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { warnOfLoopbackAddress } from "../../src/node-http/warn-of-loopback.ts";
import { listen } from "../../src/server/listen.ts";
import { gracefulShutdown } from "../../src/shutdown/graceful-shutdown.ts";

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

async function listening(server: Server) {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
}

async function warningsOfAttach() {
  const { health, lines } = healthWithWarnings();
  const server = createServer();
  attach(server, health);
  await listening(server);
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

test("a server that is attached and given to a shutdown is warned of once", async () => {
  inKubernetes("10.96.0.1");
  const { health, lines } = healthWithWarnings();
  const server = createServer();
  attach(server, health);
  const { dispose } = gracefulShutdown({ health, servers: [server], exit: false });
  onTestFinished(dispose);
  await listening(server);
  expect(lines()).toEqual([LINE]);
});

test("a server that is shared with a health whose logger is off is warned of", async () => {
  inKubernetes("10.96.0.1");
  const { health, lines } = healthWithWarnings();
  const silent = createHealth({ logger: false });
  onTestFinished(() => silent.close());
  const server = createServer();
  attach(server, silent);
  attach(server, health);
  await listening(server);
  expect(lines()).toEqual([LINE]);
});

test.each(["before", "after"])(
  "a server that is attached once startup is done, %s it listens, is warned of",
  async (when) => {
    inKubernetes("10.96.0.1");
    const { health, lines } = healthWithWarnings();
    health.markStarted();
    await health.whenReady();
    const server = createServer();
    if (when === "before") attach(server, health);
    await listening(server);
    if (when === "after") attach(server, health);
    expect(lines()).toEqual([LINE]);
  },
);

test("the port of the warning is the one that was opened", async () => {
  inKubernetes("10.96.0.1");
  const fields: unknown[] = [];
  const logger = {
    bindings: () => ({}),
    info() {},
    warn: (given: unknown) => void fields.push(given),
    error() {},
  };
  const health = createHealth({ logger });
  onTestFinished(() => health.close());
  const { port, close } = await listen(health, { port: 0, host: "127.0.0.1" });
  onTestFinished(close);
  expect(fields).toEqual([{ hale: { address: "127.0.0.1", port } }]);
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

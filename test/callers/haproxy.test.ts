import { rm } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { startProgram } from "../_support/program.ts";
import { reservePlace } from "../servers/_place.ts";
import { until } from "../servers/_until.ts";
import { haproxy, statistic } from "../servers/haproxy.ts";
import { daemonContract } from "./_caller-contract.ts";
import { codeOf } from "./_page.ts";

/** The backends of the page, by the lines before them. */
const BACKENDS = {
  service: "Ask for readiness by HTTP/1.1, with a host:",
  "service-by-http-1-0":
    "Two older ways to ask are no obstacle. In one line, by HTTP/1.0 and without a host:",
  "service-by-default":
    "application's. On a port of [`listen`](../adapters/node.md#listen), here 9001, it is readiness:",
};

const QUICKLY = { "inter 2s": "inter 100ms", "fall 3": "fall 1", "rise 2": "rise 1" };

daemonContract({
  page: "haproxy",
  start({ port, ownPort }) {
    const ports = { service: port, health: ownPort };
    const backends = Object.values(BACKENDS).map((lead) => codeOf("haproxy", lead, ports, QUICKLY));
    return haproxy.start({ sections: () => backends.join("\n") });
  },
  sees: Object.keys(BACKENDS).map((backend) => (proxy) => statistic(proxy, backend, "a", "status")),
});

test("two backends are two probers by the queries of the page, and both receive their 503s", async () => {
  const { port, folder } = await reservePlace();
  onTestFinished(() => rm(folder, { recursive: true }));
  const service = startProgram("test/callers/programs/two-backends.mjs", { args: [String(port)] });
  await service.line("listens");
  const sections = codeOf(
    "haproxy",
    "of its own; then the [drain](../drain.md) waits until both have received their 503s:",
    { service: port },
    { "inter 2s": "inter 200ms" },
  );
  const proxy = await haproxy.start({ sections: () => sections });
  onTestFinished(() => proxy.stop());
  await service.line("asked", 10);
  service.signal("SIGTERM");
  for (const backend of ["web", "api"]) {
    await until(`${backend} is down`, async () =>
      (await statistic(proxy, backend, "a", "status")).startsWith("DOWN"),
    );
  }
  const { code, lines } = await service.ended;
  expect(code).toBe(0);
  expect(lines.join("\n")).toMatch(
    /waiting for every recent prober \(2\)[\s\S]*drain finished in .*: every recent prober \(2\) received 3 × 503/,
  );
});

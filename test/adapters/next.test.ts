import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { NextRequest } from "next/server.js";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { healthRouteHandlers } from "../../src/adapters/next.ts";
import { createHealth } from "../../src/health.ts";
import { ask } from "../_support/ask.ts";
import { controlledContract, type Differences } from "../contracts/adapter-contract.ts";

const NEXT = "test/node_modules/next/dist/bin/next";
const APP = "test/adapters/programs/next-app";
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" as const };

let base = "";
let first = 0;
const stops: (() => Promise<unknown>)[] = [];

// The fixture imports the built package.
beforeAll(async () => {
  await promisify(execFile)(process.execPath, [NEXT, "build", APP], { env });
  const args = [NEXT, "start", APP, "--port", "0", "--hostname", "127.0.0.1"];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  stops.push(async () => {
    if (child.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  base = await new Promise<string>((resolve, reject) => {
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        text += chunk;
        const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
        if (url !== undefined && text.includes("Ready in")) resolve(url);
      });
    }
    child.on("exit", () => reject(new Error(`next start has ended:\n${text}`)));
  });
  first = (await ask(base, "GET", "/health/startup")).status;
}, 600_000);

afterAll(async () => {
  for (const stop of stops) await stop();
});

async function control(wish: string): Promise<string[]> {
  return JSON.parse((await ask(base, "POST", `/control?wish=${wish}`)).body);
}

/** What Next.js does itself, before the handler is asked or with what it returns. */
const DIFFERENCES: Differences = {
  head: /^(?:transfer-encoding of HEAD is absent, but should be "chunked"\. ){2}Monitors /,
  headers:
    /^(?:Content-Length is absent, but should be "\d+"\. Vary is "[^"]+, Accept, Accept-Encoding", but should be "Accept"\. ){2}A cached /,
  "one-write":
    /^(?:The body did not come with the head\. )?Transfer-Encoding is "chunked", but should be absent\. The kubelet /,
  "no-redirect": new RegExp(
    `^${["/health//", "/health/ready//"]
      .map(
        (path) =>
          `GET ${path} is a redirect, 308\\. Location of ${path} is "${path.slice(0, -1)}", but should be absent\\. `,
      )
      .join("")}Kubernetes `,
  ),
  hostile: /^The status of GET \/health\/deep\/%E0%A4%A is 500\. A caller /,
  "absolute-form": /^GET http:\S+ is "308 \S*", but should be /,
};

controlledContract(
  "Next.js 16, as route handlers",
  async () => {
    await control("reset");
    return {
      base,
      set: async (state) => void (await control(state)),
      drain: async () => void (await control("drain")),
      seen: () => control("seen"),
      close: async () => {},
    };
  },
  DIFFERENCES,
);

test("the first request of a process finds a service that waits for nothing started", () => {
  expect(first).toBe(200);
});

test("the request that loads the module of the health finds it started, and its tasks pending", async () => {
  const { GET } = healthRouteHandlers(createHealth({ logger: false }));
  const asked = () => new Request("http://service/health/startup");
  expect((await GET(asked())).status).toBe(200);

  const waiting = createHealth({ logger: false });
  let end = () => {};
  const task = new Promise<void>((resolve) => {
    end = resolve;
  });
  waiting.addStartupTask("warm the cache", task);
  const route = healthRouteHandlers(waiting);
  expect((await route.GET(asked())).status).toBe(503);
  end();
  await waiting.whenReady();
  expect((await route.GET(asked())).status).toBe(200);
});

test("the first request is answered where a test has faked the timers", async () => {
  vi.useFakeTimers({ toFake: ["setImmediate", "setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { GET } = healthRouteHandlers(createHealth({ logger: false }));
  expect((await GET(new Request("http://service/livez"))).status).toBe(200);
});

test("a path of its segment that is not hale's is 404", async () => {
  const { GET } = healthRouteHandlers(createHealth({ logger: false }));
  expect((await GET(new Request("http://service/health/other"))).status).toBe(404);
});

test("below a basePath, the routes stand below it", async () => {
  const health = createHealth({ logger: false });
  await health.whenReady();
  const { GET } = healthRouteHandlers(health);
  const nextConfig = { basePath: "/shop" };
  const asked = (path: string) => GET(new NextRequest(`http://service${path}`, { nextConfig }));
  expect(await (await asked("/shop/health/ready?format=json")).text()).toBe('{"status":"ok"}');
  expect((await asked("/shop/health?format=nothing")).status).toBe(400);
});

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { NextRequest } from "next/server.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { next } from "../../src/adapters/next.ts";
import { createHealth } from "../../src/health.ts";
import { ask, type Reply } from "../_support/ask.ts";
import { controlledContract, type Differences } from "../contracts/adapter-contract.ts";

const NEXT = "node_modules/next/dist/bin/next";
const APP = "test/adapters/programs/next-app";
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" as const };

let base = "";
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
}, 600_000);

afterAll(async () => {
  for (const stop of stops) await stop();
});

async function control(wish: string): Promise<string[]> {
  return JSON.parse((await ask(base, "POST", `/control?wish=${wish}`)).body);
}

const DIFFERENCES: Differences = {
  "MUST answer HEAD with the status and headers of GET, and without a body": {
    instead: "leaves out Transfer-Encoding in the answer to HEAD",
    async check({ ask, set }) {
      for (const state of ["up", "down"] as const) {
        set(state);
        const get = await ask("GET", "/health/deep");
        const head = await ask("HEAD", "/health/deep");
        expect(head).toMatchObject({ status: get.status, body: "" });
        expect({ ...undated(head), "transfer-encoding": "chunked" }).toEqual(undated(get));
      }
    },
  },
  "MUST send no-store, nosniff, the length, the type, and Vary: Accept": {
    instead: "sends no Content-Length, and names more in Vary",
    async check({ ask, set }) {
      for (const state of ["up", "down"] as const) {
        set(state);
        const { headers } = await ask("GET", "/health/deep");
        expect(headers).toMatchObject({
          "cache-control": "no-store",
          "x-content-type-options": "nosniff",
          "transfer-encoding": "chunked",
          "content-type": "application/json; charset=utf-8",
        });
        expect(headers["content-length"]).toBeUndefined();
        expect(headers.vary?.split(", ")).toContain("Accept");
      }
    },
  },
  "MUST send head and body in one write": {
    instead: "sends the body in chunks",
    async check({ askRaw }) {
      const request = "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
      const reply = (await askRaw(request)).join("");
      expect(reply.endsWith('\r\n\r\nf\r\n{"status":"ok"}\r\n0\r\n\r\n')).toBe(true);
    },
  },
  "MUST never redirect": {
    instead: "redirects a path with two slashes in a row to one without, and no other",
    async check({ ask }) {
      for (const path of ["/health", "/health/", "/HEALTH"]) {
        expect.soft((await ask("GET", path)).headers.location, path).toBeUndefined();
      }
      for (const [path, location] of [
        ["/health//", "/health/"],
        ["/health/ready//", "/health/ready/"],
      ] as const) {
        const { status, headers } = await ask("GET", path);
        expect([status, headers.location]).toEqual([308, location]);
      }
    },
  },
  "MUST answer a target in absolute form": {
    instead: "redirects it to itself",
    async check({ askRaw }) {
      const target = "http://service.internal/health/ready";
      const head = "Host: service.internal\r\nConnection: close\r\n\r\n";
      const reply = (await askRaw(`GET ${target} HTTP/1.1\r\n${head}`)).join("");
      expect(reply).toMatch(/^HTTP\/1\.1 308 /);
      expect(reply).toContain(`\r\nlocation: ${target}\r\n`);
    },
  },
};

function undated({ headers }: Reply): object {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "date"));
}

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

test("a path of its segment that is not hale's is 404", async () => {
  const { GET } = next(createHealth({ logger: false }));
  expect((await GET(new Request("http://service/health/other"))).status).toBe(404);
});

test("below a basePath, the routes stand below it", async () => {
  const { GET } = next(createHealth({ logger: false }));
  const nextConfig = { basePath: "/shop" };
  const asked = (path: string) => GET(new NextRequest(`http://service${path}`, { nextConfig }));
  expect(await (await asked("/shop/health/ready?format=json")).text()).toBe('{"status":"ok"}');
  expect((await asked("/shop/health?format=nothing")).status).toBe(400);
});

import { expect } from "vitest";
import type { Asking, Reply } from "../_support/ask.ts";

/** A server that is audited: a health is mounted in it, in front of an application. */
export interface Audited {
  ask(method: string, path: string, asking?: Asking): Promise<Reply>;
  /** Sends bytes as they are; resolves to each chunk that came before the connection ended. */
  askRaw(text: string): Promise<string[]>;
  /** Makes the check `database` up, down, or silent. */
  set(state: "up" | "down" | "hanging"): void;
  /** What the application has seen of requests: their paths. */
  readonly seen: readonly string[];
  drain(): void;
}

/** One thing that every way in does, whatever the framework. */
export interface Audit {
  /** A sentence with MUST, as in RFC 2119. */
  readonly rule: string;
  readonly check: (server: Audited) => Promise<void>;
}

const HEALTHY = '{"status":"healthy","checks":{"database":"ok","cache":"ok"}}';
const UNHEALTHY = '{"status":"unhealthy","checks":{"database":"failed","cache":"ok"}}';
const OK = '{"status":"ok"}';
const FAILED = '{"status":"failed"}';

const GOOD_PATHS = [
  ["/health", OK],
  ["/health/live", OK],
  ["/livez", OK],
  ["/healthz", OK],
  ["/health/ready", OK],
  ["/readyz", OK],
  ["/health/startup", OK],
  ["/startupz", OK],
  ["/health/deep", HEALTHY],
  ["/health/ready/database", OK],
  ["/readyz/cache", OK],
  ["/health/deep/database", OK],
] as const;

/** The list that every adapter passes on a real server. */
export const AUDITS: readonly Audit[] = [
  {
    rule: "MUST answer every path of every probe with 200 and its exact body",
    async check({ ask }) {
      for (const [path, body] of GOOD_PATHS) {
        expect.soft(await ask("GET", path), path).toMatchObject({ status: 200, body });
      }
    },
  },
  {
    rule: "MUST answer the same with a trailing slash, and with a query",
    async check({ ask }) {
      for (const [path, body] of GOOD_PATHS) {
        for (const variant of [`${path}/`, `${path}?a=1`, `${path}/?a=1&b`]) {
          expect.soft(await ask("GET", variant), variant).toMatchObject({ status: 200, body });
        }
      }
    },
  },
  {
    rule: "MUST answer 503 on readiness and deep while a critical dependency is down, and 200 on liveness and startup",
    async check({ ask, set }) {
      set("down");
      expect(await ask("GET", "/health/ready")).toMatchObject({ status: 503, body: FAILED });
      expect(await ask("GET", "/health/deep")).toMatchObject({ status: 503, body: UNHEALTHY });
      expect(await ask("GET", "/health/deep/database")).toMatchObject({
        status: 503,
        body: FAILED,
      });
      expect(await ask("GET", "/health/deep/cache")).toMatchObject({ status: 200, body: OK });
      expect(await ask("GET", "/health")).toMatchObject({ status: 200, body: OK });
      expect(await ask("GET", "/health/startup")).toMatchObject({ status: 200, body: OK });
    },
  },
  {
    rule: "MUST answer while a dependency hangs",
    async check({ ask, set }) {
      set("hanging");
      expect(await ask("GET", "/health/deep")).toMatchObject({ status: 503, body: UNHEALTHY });
      expect(await ask("GET", "/health")).toMatchObject({ status: 200, body: OK });
    },
  },
  {
    rule: "MUST answer HEAD with the status and headers of GET, and without a body",
    async check({ ask, set }) {
      for (const state of ["up", "down"] as const) {
        set(state);
        const get = await ask("GET", "/health/deep");
        const head = await ask("HEAD", "/health/deep");
        expect(head).toMatchObject({ status: get.status, body: "" });
        expect(undated(head)).toEqual(undated(get));
      }
    },
  },
  {
    rule: "MUST answer OPTIONS with the status and body of GET, and with Allow",
    async check({ ask, set }) {
      for (const [state, status] of [
        ["up", 200],
        ["down", 503],
      ] as const) {
        set(state);
        const { body } = await ask("GET", "/health/deep");
        const options = await ask("OPTIONS", "/health/deep");
        expect(options).toMatchObject({ status, body });
        expect(options.headers.allow).toBe("GET, HEAD, OPTIONS");
      }
    },
  },
  {
    rule: "MUST answer OPTIONS over HTTP/1.0 without a Host, as HAProxy sends it",
    async check({ askRaw }) {
      const reply = (await askRaw("OPTIONS /health/ready HTTP/1.0\r\n\r\n")).join("");
      expect(reply).toMatch(/^HTTP\/1\.[01] 200 /);
      expect(reply.endsWith(`\r\n\r\n${OK}`)).toBe(true);
    },
  },
  {
    rule: "MUST answer any other method with 405 and Allow, without reading the body",
    async check({ ask }) {
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const reply = await ask(method, "/health", { body: "x".repeat(100_000) });
        expect.soft(reply.status, method).toBe(405);
        expect.soft(reply.headers.allow, method).toBe("GET, HEAD, OPTIONS");
      }
    },
  },
  {
    rule: "MUST send no-store, nosniff, the length, the type, and Vary: Accept",
    async check({ ask, set }) {
      for (const state of ["up", "down"] as const) {
        set(state);
        const { headers, body } = await ask("GET", "/health/deep");
        expect(headers).toMatchObject({
          "cache-control": "no-store",
          "x-content-type-options": "nosniff",
          "content-length": String(Buffer.byteLength(body)),
          "content-type": "application/json; charset=utf-8",
          vary: "Accept",
        });
      }
    },
  },
  {
    rule: "MUST send head and body in one write",
    async check({ askRaw }) {
      const chunks = await askRaw("GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      expect(chunks).toHaveLength(1);
      expect(chunks[0]?.endsWith(`\r\n\r\n${OK}`)).toBe(true);
    },
  },
  {
    rule: "MUST never redirect",
    async check({ ask }) {
      for (const path of ["/health", "/health/", "/health//", "/health/ready//", "/HEALTH"]) {
        const { status, headers } = await ask("GET", path);
        expect.soft(status < 300 || status >= 400, path).toBe(true);
        expect.soft(headers.location, path).toBeUndefined();
      }
    },
  },
  {
    rule: "MUST answer 404 for a check that the probe does not have",
    async check({ ask }) {
      for (const path of ["/health/deep/nothing", "/livez/database", "/health/deep/__proto__"]) {
        expect.soft((await ask("GET", path)).status, path).toBe(404);
      }
    },
  },
  {
    rule: "MUST answer 400 with the list for a ?format= that does not exist",
    async check({ ask }) {
      const reply = await ask("GET", "/health?format=nothing");
      expect(reply.status).toBe(400);
      expect(reply.body).toContain("json");
    },
  },
  {
    rule: "MUST give the default format whatever Accept says, as long as nothing else satisfies it",
    async check({ ask }) {
      for (const accept of ["*/*", "image/png", "", "application/json"]) {
        const reply = await ask("GET", "/health", { headers: { accept } });
        expect.soft(reply, accept).toMatchObject({ status: 200, body: OK });
      }
    },
  },
  {
    rule: "MUST leave out what ?exclude= names, and ignore names that it does not know",
    async check({ ask, set }) {
      set("down");
      expect(await ask("GET", "/health/deep?exclude=database&exclude=nothing")).toMatchObject({
        status: 200,
        body: '{"status":"healthy","checks":{"cache":"ok"}}',
      });
    },
  },
  {
    rule: "MUST show reasons to an access token alone, and answer a wrong one as none",
    async check({ ask, set }) {
      set("down");
      const none = await ask("GET", "/health/deep");
      const wrong = await ask("GET", "/health/deep", {
        headers: { authorization: "Bearer 0123456789abcdeF" },
      });
      const right = await ask("GET", "/health/deep", {
        headers: { authorization: "Bearer 0123456789abcdef" },
      });
      expect(wrong).toMatchObject({ status: none.status, body: none.body });
      expect(undated(wrong)).toEqual(undated(none));
      expect(none.body).not.toContain("refused");
      expect(right.body).toContain("refused");
    },
  },
  {
    rule: "MUST pass every other path on to the application, which MUST NOT see a probe",
    async check({ ask, seen }) {
      for (const path of [
        "/",
        "/health/mine",
        "/healthy",
        "/health.json",
        "/readyzz",
        "/other?x=/health",
      ]) {
        expect.soft((await ask("GET", path)).body, path).toBe(`the application: ${path}`);
      }
      await ask("GET", "/health/deep");
      await ask("POST", "/health");
      expect(seen.filter((path) => path === "/health/deep" || path === "/health")).toEqual([]);
    },
  },
  {
    rule: "MUST answer a target in absolute form",
    async check({ askRaw }) {
      const target = "http://service.internal/health/ready";
      const request = `GET ${target} HTTP/1.1\r\nHost: service.internal\r\nConnection: close\r\n\r\n`;
      expect((await askRaw(request)).join("")).toMatch(/^HTTP\/1\.1 200 /);
    },
  },
  {
    rule: "MUST turn readiness to 503 at once when draining, and leave liveness and deep as they are",
    async check({ ask, drain }) {
      await ask("GET", "/health/ready");
      drain();
      expect(await ask("GET", "/health/ready")).toMatchObject({ status: 503, body: FAILED });
      expect(await ask("GET", "/health")).toMatchObject({ status: 200, body: OK });
      expect(await ask("GET", "/health/deep")).toMatchObject({ status: 200, body: HEALTHY });
    },
  },
];

function undated({ headers }: Reply): object {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "date"));
}

import type { Rule } from "./audit.ts";
import type { RawRequest, Reply } from "./raw-http-client.ts";

/** What the check `database` of an audited health does: it answers, throws, or is silent. */
export type AuditedState = "up" | "down" | "hanging";

/** A server that is audited: a health is mounted in it, in front of an application. */
export interface Audited {
  ask(method: string, target: string, asking?: RawRequest): Promise<Reply>;
  /** Sends bytes as they are. */
  send(text: string): Promise<Reply>;
  /** Tells the check `database` what to do; may be waited for, as {@link drain} may. */
  set(state: AuditedState): unknown;
  drain(): unknown;
  /** What the application has seen of requests: their paths. */
  seen(): readonly string[] | Promise<readonly string[]>;
}

const HEALTHY = '200 {"status":"healthy","checks":{"database":"ok","cache":"ok"}}';
const UNHEALTHY = '503 {"status":"unhealthy","checks":{"database":"failed","cache":"ok"}}';
const OK = '200 {"status":"ok"}';
const FAILED = '503 {"status":"failed"}';
const ALLOW = "GET, HEAD, OPTIONS";

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

const PROBES_PAGE = "docs/probes.md";
const HTTP_PAGE = "docs/http.md";

/** What every way in does, whatever the framework. */
export const ADAPTER_RULES: readonly Rule<Audited>[] = [
  {
    id: "paths",
    name: "MUST answer every path of every probe with 200 and its exact body",
    why: "A prober is configured with one of them, and an orchestrator restarts or empties what does not answer there.",
    source: `${PROBES_PAGE}, the paths`,
    async look({ ask }, compare) {
      for (const [path, answer] of GOOD_PATHS) {
        compare(`GET ${path}`, verdict(await ask("GET", path)), answer);
      }
    },
  },
  {
    id: "slash-and-query",
    name: "MUST answer the same with a trailing slash, and with a query",
    why: "Probers are configured by hand, and some add a query against caches.",
    source: `${HTTP_PAGE}, the paths`,
    async look({ ask }, compare) {
      for (const [path, answer] of GOOD_PATHS) {
        for (const variant of [`${path}/`, `${path}?a=1`, `${path}/?a=1&b`]) {
          compare(`GET ${variant}`, verdict(await ask("GET", variant)), answer);
        }
      }
    },
  },
  {
    id: "down",
    name: "MUST answer 503 on readiness and deep while a critical dependency is down, and 200 on liveness and startup",
    why: "Traffic has to go elsewhere, and a restart mends no dependency.",
    source: PROBES_PAGE,
    async look({ ask, set }, compare) {
      await set("down");
      for (const [path, answer] of [
        ["/health/ready", FAILED],
        ["/health/deep", UNHEALTHY],
        ["/health/deep/database", FAILED],
        ["/health/deep/cache", OK],
        ["/health", OK],
        ["/health/startup", OK],
      ] as const) {
        compare(`GET ${path}`, verdict(await ask("GET", path)), answer);
      }
    },
  },
  {
    id: "hanging",
    name: "MUST answer while a dependency hangs",
    why: "A prober that gets no answer counts a failure, of liveness too.",
    source: "docs/engine.md",
    async look({ ask, set }, compare) {
      await set("hanging");
      compare("GET /health/deep", verdict(await ask("GET", "/health/deep")), UNHEALTHY);
      compare("GET /health", verdict(await ask("GET", "/health")), OK);
    },
  },
  {
    id: "head",
    name: "MUST answer HEAD with the status and headers of GET, and without a body",
    why: "Monitors ask with HEAD, and a body after it is taken for the next answer.",
    source: "RFC 9110, section 9.3.2",
    async look({ ask, set }, compare) {
      for (const state of ["up", "down"] as const) {
        await set(state);
        const get = await ask("GET", "/health/deep");
        const head = await ask("HEAD", "/health/deep");
        compare("The status of HEAD", head.status, get.status);
        compare("The body of HEAD", head.body, "");
        compareHeaders("HEAD", head, get, compare);
      }
    },
  },
  {
    id: "options",
    name: "MUST answer OPTIONS with the status and body of GET, and with Allow",
    why: "HAProxy asks with OPTIONS unless it is told otherwise.",
    source: "RFC 9110, section 9.3.7; HAProxy, option httpchk",
    async look({ ask, set }, compare) {
      for (const state of ["up", "down"] as const) {
        await set(state);
        const get = await ask("GET", "/health/deep");
        const options = await ask("OPTIONS", "/health/deep");
        compare("OPTIONS /health/deep", verdict(options), verdict(get));
        compare("Allow", options.headers.allow, ALLOW);
      }
    },
  },
  {
    id: "http-1.0",
    name: "MUST answer OPTIONS over HTTP/1.0 without a Host, as HAProxy sends it",
    why: "A server that wants a Host answers 400, and HAProxy takes the replica out.",
    source: "RFC 9112, section 3.2; HAProxy, option httpchk",
    async look({ send }, compare) {
      const reply = await send("OPTIONS /health/ready HTTP/1.0\r\n\r\n");
      compare("OPTIONS /health/ready over HTTP/1.0", verdict(reply), OK);
    },
  },
  {
    id: "other-methods",
    name: "MUST answer any other method with 405 and Allow, without reading the body",
    why: "Health is only asked for; a 200 would let a mistake pass for a probe.",
    source: "RFC 9110, section 15.5.6",
    async look({ ask }, compare) {
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const reply = await ask(method, "/health", { body: "x".repeat(1000) });
        compare(`The status of ${method}`, reply.status, 405);
        compare(`Allow after ${method}`, reply.headers.allow, ALLOW);
      }
    },
  },
  {
    id: "headers",
    name: "MUST send no-store, nosniff, the length, the type, and Vary: Accept",
    why: "A cached answer is an old verdict, and without a length a client waits for the end of the connection.",
    source:
      "RFC 9111, section 5.2.2.5; RFC 9110, sections 8.6 and 12.5.5; the Fetch standard, nosniff",
    async look({ ask, set }, compare) {
      for (const state of ["up", "down"] as const) {
        await set(state);
        const { headers, body } = await ask("GET", "/health/deep");
        compare("Cache-Control", headers["cache-control"], "no-store");
        compare("X-Content-Type-Options", headers["x-content-type-options"], "nosniff");
        compare("Content-Length", headers["content-length"], String(Buffer.byteLength(body)));
        compare("Content-Type", headers["content-type"], "application/json; charset=utf-8");
        compare("Vary", headers.vary, "Accept");
      }
    },
  },
  {
    id: "one-write",
    name: "MUST send head and body in one write",
    why: "The kubelet discards an answer whose head has come and whose body stalls.",
    source: "Kubernetes, HTTP probes",
    async look({ ask }, compare) {
      const reply = await ask("GET", "/health");
      compare("Whether the body came with the head", reply.together, true);
      // A body in chunks may come at once too, as it happens.
      compare("Transfer-Encoding", reply.headers["transfer-encoding"], undefined);
      compare("GET /health", verdict(reply), OK);
    },
  },
  {
    id: "no-redirect",
    name: "MUST never redirect",
    why: "Kubernetes and load balancers take a redirect for success, or follow it elsewhere.",
    source: "RFC 9110, section 15.4; Kubernetes, HTTP probes",
    async look({ ask }, compare) {
      for (const path of ["/health", "/health/", "/health//", "/health/ready//", "/HEALTH"]) {
        const { status, headers } = await ask("GET", path);
        compare(`GET ${path} being a redirect`, status >= 300 && status < 400, false);
        compare(`Location of ${path}`, headers.location, undefined);
      }
    },
  },
  {
    id: "unknown-check",
    name: "MUST answer 404 for a check that the probe does not have, also for the names of prototypes",
    why: "A misspelt name must not look healthy, and a name is looked up in no object.",
    source: `${PROBES_PAGE}, the paths`,
    async look({ ask }, compare) {
      for (const path of [
        "/health/deep/nothing",
        "/livez/database",
        "/health/deep/__proto__",
        "/health/deep/constructor",
        "/readyz/toString",
        "/health/deep/%64atabase",
      ]) {
        compare(`The status of ${path}`, (await ask("GET", path)).status, 404);
      }
    },
  },
  {
    id: "unknown-format",
    name: "MUST answer 400 with the list for a ?format= that does not exist",
    why: "A misspelt format must not pass for another one.",
    source: `${HTTP_PAGE}, the format`,
    async look({ ask }, compare) {
      const reply = await ask("GET", "/health?format=nothing");
      compare("The status", reply.status, 400);
      compare("Whether the list has json", reply.body.includes("json"), true);
    },
  },
  {
    id: "accept",
    name: "MUST give the default format whatever Accept says, as long as nothing else satisfies it",
    why: "An odd prober must not become an outage.",
    source: "RFC 9110, section 12.5.1",
    async look({ ask }, compare) {
      for (const accept of ["*/*", "image/png", "", "application/json"]) {
        const reply = await ask("GET", "/health", { headers: { accept } });
        compare(`GET /health with Accept: ${accept}`, verdict(reply), OK);
      }
    },
  },
  {
    id: "exclude",
    name: "MUST leave out what ?exclude= names, and ignore names that it does not know",
    why: "It is how one asks for all but the dependency that is known to be down.",
    source: "Kubernetes, API health endpoints",
    async look({ ask, set }, compare) {
      await set("down");
      const reply = await ask("GET", "/health/deep?exclude=database&exclude=nothing");
      compare(
        "GET with ?exclude=database",
        verdict(reply),
        '200 {"status":"healthy","checks":{"cache":"ok"}}',
      );
    },
  },
  {
    id: "tokens",
    name: "MUST show reasons to an access token alone, and answer a wrong one as none",
    why: "Reasons tell a stranger of the inside, and so does a different answer.",
    source: `${HTTP_PAGE}, who sees what`,
    async look({ ask, set }, compare) {
      await set("down");
      const withToken = (token: string) =>
        ask("GET", "/health/deep", { headers: { authorization: `Bearer ${token}` } });
      const none = await ask("GET", "/health/deep");
      const wrong = await withToken("0123456789abcdeF");
      const right = await withToken("0123456789abcdef");
      compare("The answer to a wrong token", verdict(wrong), verdict(none));
      compareHeaders("the answer to a wrong token", wrong, none, compare);
      compare("The reason without a token", none.body.includes("refused"), false);
      compare("The reason with a token", right.body.includes("refused"), true);
    },
  },
  {
    id: "pass",
    name: "MUST pass every other path on to the application, which MUST NOT see a probe",
    why: "The paths beside hale's are the application's, and a probe is not its traffic.",
    source: `${HTTP_PAGE}, the paths`,
    async look({ ask, seen }, compare) {
      for (const path of [
        "/",
        "/health/mine",
        "/healthy",
        "/health.json",
        "/readyzz",
        "/other?x=/health",
      ]) {
        compare(`GET ${path}`, (await ask("GET", path)).body, `the application: ${path}`);
      }
      await ask("GET", "/health/deep");
      await ask("POST", "/health");
      const probes = (await seen()).filter((path) => path === "/health/deep" || path === "/health");
      compare("The number of probes that the application saw", probes.length, 0);
    },
  },
  {
    id: "absolute-form",
    name: "MUST answer a target in absolute form",
    why: "Proxies send it, and every server has to take it.",
    source: "RFC 9112, section 3.2.2",
    async look({ send }, compare) {
      const target = "http://service.internal/health/ready";
      const head = "Host: service.internal\r\nConnection: close\r\n\r\n";
      compare(`GET ${target}`, verdict(await send(`GET ${target} HTTP/1.1\r\n${head}`)), OK);
    },
  },
  {
    id: "draining",
    name: "MUST turn readiness to 503 at once when draining, and leave liveness and deep as they are",
    why: "No new traffic may come to a process that ends, and it must not be restarted while it does.",
    source: "docs/drain.md",
    async look({ ask, drain }, compare) {
      await ask("GET", "/health/ready");
      await drain();
      compare("GET /health/ready", verdict(await ask("GET", "/health/ready")), FAILED);
      compare("GET /health", verdict(await ask("GET", "/health")), OK);
      compare("GET /health/deep", verdict(await ask("GET", "/health/deep")), HEALTHY);
    },
  },
  {
    id: "body-unread",
    name: "MUST answer a GET before the body that it announces has come",
    why: "A client that never sends its body must not hold an answer back.",
    source: "RFC 9110, section 9.3.1",
    async look({ send }, compare) {
      const head = "Host: a\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n";
      compare("GET /health", verdict(await send(`GET /health HTTP/1.1\r\n${head}x`)), OK);
    },
  },
  {
    id: "stable",
    name: "MUST answer with the same bytes while nothing changes",
    why: "Some monitors compare bodies, and a time in them is a change.",
    source: "docs/formats/json.md",
    async look({ ask }, compare) {
      const first = await ask("GET", "/health/deep");
      const second = await ask("GET", "/health/deep");
      compare("The second answer", verdict(second), verdict(first));
    },
  },
  {
    id: "hostile",
    name: "MUST NOT fail for, nor be broken by, what a stranger sends: broken escapes, 64 KiB of path, 64 KiB of header",
    why: "Who may ask for health must not be able to make it look bad.",
    source: "RFC 9110, section 17",
    async look({ ask, send }, compare) {
      for (const target of [
        "/health/deep/%00",
        "/health/deep/%E0%A4%A",
        "/health/deep/%2e%2e%2f",
      ]) {
        const { status } = await ask("GET", target);
        compare(`GET ${target} being an error of the server`, status >= 500, false);
      }
      const long = "a".repeat(65_536);
      const close = "Host: a\r\nConnection: close\r\n\r\n";
      // A server may refuse these, or close the connection.
      await send(`GET /health/deep/${long} HTTP/1.1\r\n${close}`).catch(() => undefined);
      await send(`GET /health HTTP/1.1\r\nX-Long: ${long}\r\n${close}`).catch(() => undefined);
      await send("\0\0\0\0 /health\r\n\r\n").catch(() => undefined);
      compare("GET /health/deep afterwards", verdict(await ask("GET", "/health/deep")), HEALTHY);
    },
  },
];

function verdict({ status, body }: Reply): string {
  return `${status} ${body}`;
}

/** Headers of the connection and the time are no part of the answer. */
function compareHeaders(
  what: string,
  one: Reply,
  other: Reply,
  compare: (what: string, actual: unknown, expected: unknown) => void,
): void {
  const names = new Set([...Object.keys(one.headers), ...Object.keys(other.headers)]);
  for (const name of names) {
    if (name === "date") continue;
    compare(`${name} of ${what}`, one.headers[name], other.headers[name]);
  }
}

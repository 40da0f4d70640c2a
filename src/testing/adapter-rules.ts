import type { Rule } from "./audit.ts";
import type { RawRequest, Reply } from "./raw-http-client.ts";

/** The state of the check `database` of an audited health: it passes, throws, or hangs. */
export type AuditedState = "up" | "down" | "hanging";

/** The audited server: a health is mounted in it, in front of an application. */
export interface Audited {
  request(method: string, target: string, asking?: RawRequest): Promise<Reply>;
  /** Sends bytes as they are. */
  send(text: string): Promise<Reply>;
  /** Sets the state of the check `database`; may return a promise, like {@link drain}. */
  set(state: AuditedState): unknown;
  drain(): unknown;
  /** Returns the paths of the requests that the application received. */
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

/** The rules of every adapter, whatever the framework. */
export const ADAPTER_RULES: readonly Rule<Audited>[] = [
  {
    id: "paths",
    name: "MUST answer every path of every probe with 200 and its exact body",
    why: "A prober is configured with one of these paths, and an orchestrator restarts a replica that does not answer there, or sends it no traffic.",
    source: `${PROBES_PAGE}, the paths`,
    async verify({ request }, compare) {
      for (const [path, answer] of GOOD_PATHS) {
        compare(`GET ${path}`, verdict(await request("GET", path)), answer);
      }
    },
  },
  {
    id: "slash-and-query",
    name: "MUST answer the same with a trailing slash, and with a query",
    why: "Probers are configured by hand, and some add a query to bypass caches.",
    source: `${HTTP_PAGE}, the paths`,
    async verify({ request }, compare) {
      for (const [path, answer] of GOOD_PATHS) {
        for (const variant of [`${path}/`, `${path}?a=1`, `${path}/?a=1&b`]) {
          compare(`GET ${variant}`, verdict(await request("GET", variant)), answer);
        }
      }
    },
  },
  {
    id: "down",
    name: "MUST answer 503 on readiness and deep while a critical dependency is down, and 200 on liveness and startup",
    why: "Traffic has to go elsewhere, and a restart does not repair a dependency.",
    source: PROBES_PAGE,
    async verify({ request, set }, compare) {
      await set("down");
      for (const [path, answer] of [
        ["/health/ready", FAILED],
        ["/health/deep", UNHEALTHY],
        ["/health/deep/database", FAILED],
        ["/health/deep/cache", OK],
        ["/health", OK],
        ["/health/startup", OK],
      ] as const) {
        compare(`GET ${path}`, verdict(await request("GET", path)), answer);
      }
    },
  },
  {
    id: "hanging",
    name: "MUST answer while a dependency hangs",
    why: "A prober that receives no response counts a failure, of liveness too.",
    source: "docs/engine.md",
    async verify({ request, set }, compare) {
      await set("hanging");
      compare("GET /health/deep", verdict(await request("GET", "/health/deep")), UNHEALTHY);
      compare("GET /health", verdict(await request("GET", "/health")), OK);
    },
  },
  {
    id: "head",
    name: "MUST answer HEAD with the status and headers of GET, and without a body",
    why: "Monitors send HEAD, and a client reads a body after it as the next response.",
    source: "RFC 9110, section 9.3.2",
    async verify({ request, set }, compare) {
      for (const state of ["up", "down"] as const) {
        await set(state);
        const get = await request("GET", "/health/deep");
        const head = await request("HEAD", "/health/deep");
        compare("The status of HEAD", head.status, get.status);
        compare("The body of HEAD", head.body, "");
        compareHeaders("HEAD", head, get, compare);
      }
    },
  },
  {
    id: "options",
    name: "MUST answer OPTIONS with the status and body of GET, and with Allow",
    why: "HAProxy sends OPTIONS by default.",
    source: "RFC 9110, section 9.3.7; HAProxy, option httpchk",
    async verify({ request, set }, compare) {
      for (const state of ["up", "down"] as const) {
        await set(state);
        const get = await request("GET", "/health/deep");
        const options = await request("OPTIONS", "/health/deep");
        compare("OPTIONS /health/deep", verdict(options), verdict(get));
        compare("Allow", options.headers.allow, ALLOW);
      }
    },
  },
  {
    id: "http-1.0",
    name: "MUST answer OPTIONS over HTTP/1.0 without a Host, as HAProxy sends it",
    why: "A server that requires a Host answers 400, and HAProxy removes the replica.",
    source: "RFC 9112, section 3.2; HAProxy, option httpchk",
    async verify({ send }, compare) {
      const reply = await send("OPTIONS /health/ready HTTP/1.0\r\n\r\n");
      compare("OPTIONS /health/ready over HTTP/1.0", verdict(reply), OK);
    },
  },
  {
    id: "other-methods",
    name: "MUST answer any other method with 405 and Allow, without reading the body",
    why: "Health endpoints are read-only; a 200 would hide a misconfigured prober.",
    source: "RFC 9110, section 15.5.6",
    async verify({ request }, compare) {
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const reply = await request(method, "/health", { body: "x".repeat(1000) });
        compare(`The status of ${method}`, reply.status, 405);
        compare(`Allow after ${method}`, reply.headers.allow, ALLOW);
      }
    },
  },
  {
    id: "headers",
    name: "MUST send no-store, nosniff, the length, the type, and Vary: Accept",
    why: "A cached response is an old verdict, and without a length a client waits for the end of the connection.",
    source:
      "RFC 9111, section 5.2.2.5; RFC 9110, sections 8.6 and 12.5.5; the Fetch standard, nosniff",
    async verify({ request, set }, compare) {
      for (const state of ["up", "down"] as const) {
        await set(state);
        const { headers, body } = await request("GET", "/health/deep");
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
    why: "The kubelet discards a response whose head has arrived and whose body stalls.",
    source: "Kubernetes, HTTP probes",
    async verify({ request }, compare) {
      const reply = await request("GET", "/health");
      compare("Whether the body came with the head", reply.together, true);
      // A chunked body may arrive at once too, by chance.
      compare("Transfer-Encoding", reply.headers["transfer-encoding"], undefined);
      compare("GET /health", verdict(reply), OK);
    },
  },
  {
    id: "no-redirect",
    name: "MUST never redirect",
    why: "Kubernetes and load balancers count a redirect as success, or follow it elsewhere.",
    source: "RFC 9110, section 15.4; Kubernetes, HTTP probes",
    async verify({ request }, compare) {
      for (const path of ["/health", "/health/", "/health//", "/health/ready//", "/HEALTH"]) {
        const { status, headers } = await request("GET", path);
        compare(`GET ${path} being a redirect`, status >= 300 && status < 400, false);
        compare(`Location of ${path}`, headers.location, undefined);
      }
    },
  },
  {
    id: "unknown-check",
    name: "MUST answer 404 for a check that the probe does not have, also for the names of prototypes",
    why: "A misspelt name must not look healthy, and no name may be looked up in an object's prototype.",
    source: `${PROBES_PAGE}, the paths`,
    async verify({ request }, compare) {
      for (const path of [
        "/health/deep/nothing",
        "/livez/database",
        "/health/deep/__proto__",
        "/health/deep/constructor",
        "/readyz/toString",
        "/health/deep/%64atabase",
      ]) {
        compare(`The status of ${path}`, (await request("GET", path)).status, 404);
      }
    },
  },
  {
    id: "unknown-format",
    name: "MUST answer 400 with the list for a ?format= that does not exist",
    why: "A misspelt format must not select another one.",
    source: `${HTTP_PAGE}, the format`,
    async verify({ request }, compare) {
      const reply = await request("GET", "/health?format=nothing");
      compare("The status", reply.status, 400);
      compare("Whether the list has json", reply.body.includes("json"), true);
    },
  },
  {
    id: "accept",
    name: "MUST use the default format whatever Accept says, as long as no other format satisfies it",
    why: "An unusual prober must not cause an outage.",
    source: "RFC 9110, section 12.5.1",
    async verify({ request }, compare) {
      for (const accept of ["*/*", "image/png", "", "application/json"]) {
        const reply = await request("GET", "/health", { headers: { accept } });
        compare(`GET /health with Accept: ${accept}`, verdict(reply), OK);
      }
    },
  },
  {
    id: "exclude",
    name: "MUST leave out the checks that ?exclude= names, and ignore unknown names",
    why: "It is how an operator requests all checks but the dependency that is known to be down.",
    source: "Kubernetes, API health endpoints",
    async verify({ request, set }, compare) {
      await set("down");
      const reply = await request("GET", "/health/deep?exclude=database&exclude=nothing");
      compare(
        "GET with ?exclude=database",
        verdict(reply),
        '200 {"status":"healthy","checks":{"cache":"ok"}}',
      );
    },
  },
  {
    id: "tokens",
    name: "MUST show reasons to an access token alone, and answer a wrong token like none",
    why: "Reasons reveal the inside of a service to strangers, and so does a different response.",
    source: `${HTTP_PAGE}, who sees what`,
    async verify({ request, set }, compare) {
      await set("down");
      const withToken = (token: string) =>
        request("GET", "/health/deep", { headers: { authorization: `Bearer ${token}` } });
      const none = await request("GET", "/health/deep");
      const wrong = await withToken("0123456789abcdeF");
      const right = await withToken("0123456789abcdef");
      compare("The response to a wrong token", verdict(wrong), verdict(none));
      compareHeaders("the response to a wrong token", wrong, none, compare);
      compare("The reason without a token", none.body.includes("refused"), false);
      compare("The reason with a token", right.body.includes("refused"), true);
    },
  },
  {
    id: "pass",
    name: "MUST pass every other path on to the application, which MUST NOT see a probe",
    why: "All paths but hale's are the application's, and a probe is not its traffic.",
    source: `${HTTP_PAGE}, the paths`,
    async verify({ request, seen }, compare) {
      for (const path of [
        "/",
        "/health/mine",
        "/healthy",
        "/health.json",
        "/readyzz",
        "/other?x=/health",
      ]) {
        compare(`GET ${path}`, (await request("GET", path)).body, `the application: ${path}`);
      }
      await request("GET", "/health/deep");
      await request("POST", "/health");
      const probes = (await seen()).filter((path) => path === "/health/deep" || path === "/health");
      compare("The number of probes that the application saw", probes.length, 0);
    },
  },
  {
    id: "absolute-form",
    name: "MUST answer a target in absolute form",
    why: "Proxies send it, and every server has to accept it.",
    source: "RFC 9112, section 3.2.2",
    async verify({ send }, compare) {
      const target = "http://service.internal/health/ready";
      const head = "Host: service.internal\r\nConnection: close\r\n\r\n";
      compare(`GET ${target}`, verdict(await send(`GET ${target} HTTP/1.1\r\n${head}`)), OK);
    },
  },
  {
    id: "draining",
    name: "MUST turn readiness to 503 at once when draining, and leave liveness and deep unchanged",
    why: "A process that ends must receive no new traffic, and must not be restarted meanwhile.",
    source: "docs/drain.md",
    async verify({ request, drain }, compare) {
      await request("GET", "/health/ready");
      await drain();
      compare("GET /health/ready", verdict(await request("GET", "/health/ready")), FAILED);
      compare("GET /health", verdict(await request("GET", "/health")), OK);
      compare("GET /health/deep", verdict(await request("GET", "/health/deep")), HEALTHY);
    },
  },
  {
    id: "body-unread",
    name: "MUST answer a GET before the body that it announces has arrived",
    why: "A client that never sends its body must not delay a response.",
    source: "RFC 9110, section 9.3.1",
    async verify({ send }, compare) {
      const head = "Host: a\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n";
      compare("GET /health", verdict(await send(`GET /health HTTP/1.1\r\n${head}x`)), OK);
    },
  },
  {
    id: "stable",
    name: "MUST answer with the same bytes while nothing changes",
    why: "Some monitors compare bodies, and a time in a body is a change.",
    source: "docs/formats/json.md",
    async verify({ request }, compare) {
      const first = await request("GET", "/health/deep");
      const second = await request("GET", "/health/deep");
      compare("The second response", verdict(second), verdict(first));
    },
  },
  {
    id: "hostile",
    name: "MUST withstand hostile requests: broken escapes, 64 KiB of path, 64 KiB of header",
    why: "A caller must not be able to make a service look unhealthy.",
    source: "RFC 9110, section 17",
    async verify({ request, send }, compare) {
      for (const target of [
        "/health/deep/%00",
        "/health/deep/%E0%A4%A",
        "/health/deep/%2e%2e%2f",
      ]) {
        const { status } = await request("GET", target);
        compare(`GET ${target} being an error of the server`, status >= 500, false);
      }
      const long = "a".repeat(65_536);
      const close = "Host: a\r\nConnection: close\r\n\r\n";
      // A server may refuse these, or close the connection.
      await send(`GET /health/deep/${long} HTTP/1.1\r\n${close}`).catch(() => undefined);
      await send(`GET /health HTTP/1.1\r\nX-Long: ${long}\r\n${close}`).catch(() => undefined);
      await send("\0\0\0\0 /health\r\n\r\n").catch(() => undefined);
      compare(
        "GET /health/deep afterwards",
        verdict(await request("GET", "/health/deep")),
        HEALTHY,
      );
    },
  },
];

function verdict({ status, body }: Reply): string {
  return `${status} ${body}`;
}

/** Compares headers, except for those of the connection and the time. */
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

import type { Rule } from "./audit.ts";
import type { RawRequest, Reply } from "./raw-http-client.ts";

/** The states that an audit may need a service to be in. */
export const STATES = ["up", "down", "hanging", "draining"] as const;

/** A state of a service: its dependencies work, refuse, or never answer, or the service ends. */
export type State = (typeof STATES)[number];

/** An endpoint that is audited. */
export interface Endpoint {
  /** The path that is asked for. */
  readonly path: string;
  ask(method: string, asking?: RawRequest & { readonly target?: string }): Promise<Reply>;
  /** Sends bytes as they are. */
  send(text: string): Promise<Reply>;
  /** Texts that no answer may hold. */
  readonly secrets: readonly string[];
}

/** A rule for any endpoint, and the state that it is looked at in. */
export interface EndpointRule extends Rule<Endpoint> {
  readonly state: State;
}

/** What every health endpoint does, whoever made it. */
export const ENDPOINT_RULES: readonly EndpointRule[] = [
  {
    id: "endpoint-up",
    state: "up",
    name: "MUST answer 200 while all is well",
    why: "Load balancers differ in what else they take for success.",
    source: "Kubernetes, HTTP probes; AWS and GCP, health checks",
    async look({ ask, path }, compare) {
      compare(`The status of ${path}`, (await ask("GET")).status, 200);
    },
  },
  {
    id: "endpoint-head",
    state: "up",
    name: "MUST answer HEAD with the status of GET, and without a body",
    why: "Monitors ask with HEAD, and a body after it is taken for the next answer.",
    source: "RFC 9110, section 9.3.2",
    async look({ ask }, compare) {
      const head = await ask("HEAD");
      compare("The status of HEAD", head.status, (await ask("GET")).status);
      compare("The body of HEAD", head.body, "");
    },
  },
  {
    id: "endpoint-options",
    state: "up",
    name: "SHOULD answer OPTIONS over HTTP/1.0 without a Host with success",
    why: "HAProxy asks so unless it is told otherwise.",
    source: "HAProxy, option httpchk",
    async look({ send, path }, compare) {
      const { status } = await send(`OPTIONS ${path} HTTP/1.0\r\n\r\n`);
      compare("A status from 200 to 399", status >= 200 && status < 400, true);
    },
  },
  {
    id: "endpoint-post",
    state: "up",
    name: "SHOULD answer POST with 405 and Allow",
    why: "Health is only asked for; a 200 would let a mistake pass for a probe.",
    source: "RFC 9110, section 15.5.6",
    async look({ ask }, compare) {
      const { status, headers } = await ask("POST", { body: "x" });
      compare("The status of POST", status, 405);
      compare("Whether there is Allow", headers.allow !== undefined, true);
    },
  },
  {
    id: "endpoint-no-store",
    state: "up",
    name: "MUST send Cache-Control: no-store",
    why: "A cached answer is an old verdict.",
    source: "RFC 9111, section 5.2.2.5",
    async look({ ask }, compare) {
      const value = (await ask("GET")).headers["cache-control"];
      compare("Whether Cache-Control has no-store", /\bno-store\b/.test(value ?? ""), true);
    },
  },
  {
    id: "endpoint-nosniff",
    state: "up",
    name: "SHOULD send X-Content-Type-Options: nosniff",
    why: "A browser must not take a name or a reason for HTML.",
    source: "the Fetch standard, nosniff",
    async look({ ask }, compare) {
      const { headers } = await ask("GET");
      compare("X-Content-Type-Options", headers["x-content-type-options"], "nosniff");
    },
  },
  {
    id: "endpoint-length",
    state: "up",
    name: "SHOULD send Content-Length, and head and body in one write",
    why: "The kubelet discards an answer whose head has come and whose body stalls.",
    source: "RFC 9110, section 8.6; Kubernetes, HTTP probes",
    async look({ ask }, compare) {
      const { headers, body, together } = await ask("GET");
      compare("Content-Length", headers["content-length"], String(Buffer.byteLength(body)));
      compare("Whether the body came with the head", together, true);
    },
  },
  {
    id: "endpoint-size",
    state: "up",
    name: "MUST answer with a body of 10 KiB at most",
    why: "It is what the kubelet reads; the rest is dropped.",
    source: "Kubernetes, HTTP probes",
    async look({ ask }, compare) {
      const { body } = await ask("GET");
      compare("Whether the body has 10240 bytes or fewer", Buffer.byteLength(body) <= 10_240, true);
    },
  },
  {
    id: "endpoint-variants",
    state: "up",
    name: "SHOULD answer the same with a trailing slash, and with a query, without a redirect",
    why: "Probers are configured by hand, and a redirect passes for success.",
    source: "RFC 9110, section 15.4; Kubernetes, HTTP probes",
    async look({ ask, path }, compare) {
      const { status } = await ask("GET");
      for (const target of [path.endsWith("/") ? path : `${path}/`, `${path}?a=1`]) {
        compare(`The status of ${target}`, (await ask("GET", { target })).status, status);
      }
    },
  },
  {
    id: "endpoint-absolute",
    state: "up",
    name: "MUST answer a target in absolute form",
    why: "Proxies send it, and every server has to take it.",
    source: "RFC 9112, section 3.2.2",
    async look({ ask, path }, compare) {
      const { status } = await ask("GET", { target: `http://service.internal${path}` });
      compare("The status", status, 200);
    },
  },
  {
    id: "endpoint-accept",
    state: "up",
    name: "MUST answer with success whatever Accept says",
    why: "An odd prober must not become an outage.",
    source: "RFC 9110, section 12.5.1",
    async look({ ask }, compare) {
      for (const accept of ["*/*", "image/png"]) {
        const { status } = await ask("GET", { headers: { accept } });
        compare(`The status with Accept: ${accept}`, status, 200);
      }
    },
  },
  {
    id: "endpoint-body-unread",
    state: "up",
    name: "SHOULD answer a GET before the body that it announces has come",
    why: "A client that never sends its body must not hold an answer back.",
    source: "RFC 9110, section 9.3.1",
    async look({ send, path }, compare) {
      const head = "Host: a\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n";
      compare("The status", (await send(`GET ${path} HTTP/1.1\r\n${head}x`)).status, 200);
    },
  },
  {
    id: "endpoint-stable",
    state: "up",
    name: "SHOULD answer with the same bytes while nothing changes",
    why: "Some monitors compare bodies, and a time in them is a change.",
    source: "docs/formats/json.md",
    async look({ ask }, compare) {
      const { body } = await ask("GET");
      compare("The second body", (await ask("GET")).body, body);
    },
  },
  {
    id: "endpoint-hostile",
    state: "up",
    name: "MUST go on after 64 KiB of path, 64 KiB of header, and what is no HTTP at all",
    why: "Who may ask for health must not be able to make it look bad.",
    source: "RFC 9110, section 17",
    async look({ ask, send, path }, compare) {
      const long = "a".repeat(65_536);
      const close = "Host: a\r\nConnection: close\r\n\r\n";
      await send(`GET ${path}/${long} HTTP/1.1\r\n${close}`).catch(() => undefined);
      await send(`GET ${path} HTTP/1.1\r\nX-Long: ${long}\r\n${close}`).catch(() => undefined);
      await send("\0\0\0\0 /\r\n\r\n").catch(() => undefined);
      compare("The status afterwards", (await ask("GET")).status, 200);
    },
  },
  {
    id: "endpoint-down",
    state: "down",
    name: "MUST answer 503 while a critical dependency is down, and tell no secret",
    why: "Traffic has to go elsewhere, and the body of a public endpoint is public.",
    source: "RFC 9110, section 15.6.4",
    async look({ ask, secrets }, compare) {
      const { status, body } = await ask("GET");
      compare("The status", status, 503);
      secrets.forEach((secret, index) => {
        compare(`Secret ${index + 1} in the body`, body.includes(secret), false);
      });
    },
  },
  {
    id: "endpoint-hanging",
    state: "hanging",
    name: "MUST answer while a dependency hangs",
    why: "A prober that gets no answer cannot tell a slow dependency from a dead process.",
    source: "Kubernetes, timeoutSeconds",
    async look({ ask }, compare) {
      compare("The status", (await ask("GET")).status, 503);
    },
  },
  {
    id: "endpoint-draining",
    state: "draining",
    name: "MUST answer 503 while the service drains",
    why: "No new traffic may come to a process that ends.",
    source: "Kubernetes, termination of pods",
    async look({ ask }, compare) {
      compare("The status", (await ask("GET")).status, 503);
    },
  },
];

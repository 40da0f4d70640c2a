import type { Rule } from "./audit.ts";
import type { RawRequest, Reply } from "./raw-http-client.ts";

/** The states that an audit may need a service to be in. */
export const STATES = ["up", "down", "hanging", "draining"] as const;

/** A state of a service: its dependencies work, refuse or hang, or the service drains. */
export type State = (typeof STATES)[number];

/** An endpoint that is audited. */
export interface Endpoint {
  /** The path of the requests. */
  readonly path: string;
  request(method: string, asking?: RawRequest & { readonly target?: string }): Promise<Reply>;
  /** Sends bytes as they are. */
  send(text: string): Promise<Reply>;
  /** Texts that no response may contain. */
  readonly secrets: readonly string[];
}

/** A rule for any endpoint, with the state in which it is verified. */
export interface EndpointRule extends Rule<Endpoint> {
  readonly state: State;
}

/** The rules of every health endpoint, of hale or not. */
export const ENDPOINT_RULES: readonly EndpointRule[] = [
  {
    id: "endpoint-up",
    state: "up",
    name: "MUST answer 200 while all is well",
    why: "Load balancers differ in the other statuses that they count as success.",
    source: "Kubernetes, HTTP probes; AWS and GCP, health checks",
    async verify({ request, path }, compare) {
      compare(`The status of ${path}`, (await request("GET")).status, 200);
    },
  },
  {
    id: "endpoint-head",
    state: "up",
    name: "MUST answer HEAD with the status of GET, and without a body",
    why: "Monitors send HEAD, and a client reads a body after it as the next response.",
    source: "RFC 9110, section 9.3.2",
    async verify({ request }, compare) {
      const head = await request("HEAD");
      compare("The status of HEAD", head.status, (await request("GET")).status);
      compare("The body of HEAD", head.body, "");
    },
  },
  {
    id: "endpoint-options",
    state: "up",
    name: "SHOULD answer OPTIONS over HTTP/1.0 without a Host with success",
    why: "HAProxy sends it by default.",
    source: "HAProxy, option httpchk",
    async verify({ send, path }, compare) {
      const { status } = await send(`OPTIONS ${path} HTTP/1.0\r\n\r\n`);
      compare("A status from 200 to 399", status >= 200 && status < 400, true);
    },
  },
  {
    id: "endpoint-post",
    state: "up",
    name: "SHOULD answer POST with 405 and Allow",
    why: "Health endpoints are read-only; a 200 would hide a misconfigured prober.",
    source: "RFC 9110, section 15.5.6",
    async verify({ request }, compare) {
      const { status, headers } = await request("POST", { body: "x" });
      compare("The status of POST", status, 405);
      compare("Whether there is Allow", headers.allow !== undefined, true);
    },
  },
  {
    id: "endpoint-no-store",
    state: "up",
    name: "MUST send Cache-Control: no-store",
    why: "A cached response is an old verdict.",
    source: "RFC 9111, section 5.2.2.5",
    async verify({ request }, compare) {
      const value = (await request("GET")).headers["cache-control"];
      compare("Whether Cache-Control has no-store", /\bno-store\b/.test(value ?? ""), true);
    },
  },
  {
    id: "endpoint-nosniff",
    state: "up",
    name: "SHOULD send X-Content-Type-Options: nosniff",
    why: "A browser must not render a name or a reason as HTML.",
    source: "the Fetch standard, nosniff",
    async verify({ request }, compare) {
      const { headers } = await request("GET");
      compare("X-Content-Type-Options", headers["x-content-type-options"], "nosniff");
    },
  },
  {
    id: "endpoint-length",
    state: "up",
    name: "SHOULD send Content-Length, and head and body in one write",
    why: "The kubelet discards a response whose head has arrived and whose body stalls.",
    source: "RFC 9110, section 8.6; Kubernetes, HTTP probes",
    async verify({ request }, compare) {
      const { headers, body, together } = await request("GET");
      compare("Content-Length", headers["content-length"], String(Buffer.byteLength(body)));
      compare("Whether the body came with the head", together, true);
    },
  },
  {
    id: "endpoint-size",
    state: "up",
    name: "MUST answer with a body of 10 KiB at most",
    why: "The kubelet reads no more.",
    source: "Kubernetes, HTTP probes",
    async verify({ request }, compare) {
      const { body } = await request("GET");
      compare("Whether the body has 10240 bytes or fewer", Buffer.byteLength(body) <= 10_240, true);
    },
  },
  {
    id: "endpoint-variants",
    state: "up",
    name: "SHOULD answer the same with a trailing slash, and with a query, without a redirect",
    why: "Probers are configured by hand, and a redirect counts as success.",
    source: "RFC 9110, section 15.4; Kubernetes, HTTP probes",
    async verify({ request, path }, compare) {
      const { status } = await request("GET");
      for (const target of [path.endsWith("/") ? path : `${path}/`, `${path}?a=1`]) {
        compare(`The status of ${target}`, (await request("GET", { target })).status, status);
      }
    },
  },
  {
    id: "endpoint-absolute",
    state: "up",
    name: "MUST answer a target in absolute form",
    why: "Proxies send it, and every server has to accept it.",
    source: "RFC 9112, section 3.2.2",
    async verify({ request, path }, compare) {
      const { status } = await request("GET", { target: `http://service.internal${path}` });
      compare("The status", status, 200);
    },
  },
  {
    id: "endpoint-accept",
    state: "up",
    name: "MUST answer with success whatever Accept says",
    why: "An unusual prober must not cause an outage.",
    source: "RFC 9110, section 12.5.1",
    async verify({ request }, compare) {
      for (const accept of ["*/*", "image/png"]) {
        const { status } = await request("GET", { headers: { accept } });
        compare(`The status with Accept: ${accept}`, status, 200);
      }
    },
  },
  {
    id: "endpoint-body-unread",
    state: "up",
    name: "SHOULD answer a GET before the body that it announces has arrived",
    why: "A client that never sends its body must not delay a response.",
    source: "RFC 9110, section 9.3.1",
    async verify({ send, path }, compare) {
      const head = "Host: a\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n";
      compare("The status", (await send(`GET ${path} HTTP/1.1\r\n${head}x`)).status, 200);
    },
  },
  {
    id: "endpoint-stable",
    state: "up",
    name: "SHOULD answer with the same bytes while nothing changes",
    why: "Some monitors compare bodies, and a time in a body is a change.",
    source: "docs/formats/json.md",
    async verify({ request }, compare) {
      const { body } = await request("GET");
      compare("The second body", (await request("GET")).body, body);
    },
  },
  {
    id: "endpoint-hostile",
    state: "up",
    name: "MUST withstand 64 KiB of path, 64 KiB of header, and bytes that are no HTTP",
    why: "A caller must not be able to make a service look unhealthy.",
    source: "RFC 9110, section 17",
    async verify({ request, send, path }, compare) {
      const long = "a".repeat(65_536);
      const close = "Host: a\r\nConnection: close\r\n\r\n";
      await send(`GET ${path}/${long} HTTP/1.1\r\n${close}`).catch(() => undefined);
      await send(`GET ${path} HTTP/1.1\r\nX-Long: ${long}\r\n${close}`).catch(() => undefined);
      await send("\0\0\0\0 /\r\n\r\n").catch(() => undefined);
      compare("The status afterwards", (await request("GET")).status, 200);
    },
  },
  {
    id: "endpoint-down",
    state: "down",
    name: "MUST answer 503 while a critical dependency is down, and leak no secret",
    why: "Traffic has to go elsewhere, and the body of a public endpoint is public.",
    source: "RFC 9110, section 15.6.4",
    async verify({ request, secrets }, compare) {
      const { status, body } = await request("GET");
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
    why: "Without a response, a prober cannot distinguish a slow dependency from a dead process.",
    source: "Kubernetes, timeoutSeconds",
    async verify({ request }, compare) {
      compare("The status", (await request("GET")).status, 503);
    },
  },
  {
    id: "endpoint-draining",
    state: "draining",
    name: "MUST answer 503 while the service drains",
    why: "A process that ends must receive no new traffic.",
    source: "Kubernetes, termination of pods",
    async verify({ request }, compare) {
      compare("The status", (await request("GET")).status, 503);
    },
  },
];

import type { Compare } from "../../audit.ts";
import type { Reply } from "../raw-reply.ts";
import { Baseline, type EndpointClient, type EndpointRule } from "./endpoint.ts";

/** Rules about what differs from prober to prober in a request. */
export const REQUEST_RULES: readonly EndpointRule[] = [
  {
    id: "endpoint-host",
    state: "up",
    name: "MUST give the same answer for any Host: the address of a pod, none, an odd one",
    why: "The kubelet and load balancers send the address of the replica, which no list of allowed hosts names.",
    source: "Kubernetes, HTTP probes; AWS, health checks; RFC 9112, section 3.2",
    async verify({ client }, compare) {
      const hosts = HOSTS.map(
        (host): Variant => [
          host === "" ? "an empty one" : host,
          () => client.request("GET", { headers: { host } }),
        ],
      );
      const none: Variant = ["none", () => client.send(`GET ${client.path} HTTP/1.0\r\n\r\n`)];
      await compareVariants(client, "The answer with the Host", [...hosts, none], compare);
    },
  },
  {
    id: "endpoint-agents",
    state: "up",
    name: "MUST give the same verdict to each prober, whatever its User-Agent",
    why: "A filter that refuses unknown agents refuses probers, and takes the service out of traffic.",
    source: "RFC 9110, section 10.1.5",
    async verify({ client }, compare) {
      const agents = AGENTS.map(
        (agent): Variant => [
          agent === "" ? "an empty one" : agent,
          () => client.request("GET", { headers: { "user-agent": agent } }),
        ],
      );
      await compareVariants(client, "The answer to the agent", agents, compare);
    },
  },
  {
    id: "endpoint-variants",
    state: "up",
    name: "SHOULD answer the same with a trailing slash, and with a query, without a redirect",
    why: "Probers are configured by hand, and a redirect counts as success.",
    source: "RFC 9110, section 15.4; Kubernetes, HTTP probes",
    async verify({ client }, compare) {
      const { pathname, search } = client.url;
      const { status } = await client.request("GET");
      const slash = pathname.endsWith("/") ? pathname : `${pathname}/`;
      for (const target of [`${slash}${search}`, `${client.path}${search === "" ? "?" : "&"}a=1`]) {
        const variant = await client.request("GET", { target });
        compare(`The status of ${target}`, variant.status, status);
      }
    },
  },
  {
    id: "endpoint-absolute",
    state: "up",
    name: "MUST answer a target in absolute form",
    why: "Proxies send it, and every server has to accept it.",
    source: "RFC 9112, section 3.2.2",
    async verify({ client }, compare) {
      const target = `http://service.internal${client.path}`;
      compare("The status", (await client.request("GET", { target })).status, 200);
    },
  },
  {
    id: "endpoint-accept",
    state: "up",
    name: "MUST answer with success whatever Accept says",
    why: "An unusual prober must not cause an outage.",
    source: "RFC 9110, section 12.5.1",
    async verify({ client }, compare) {
      for (const accept of ["*/*", "image/png"]) {
        const { status } = await client.request("GET", { headers: { accept } });
        compare(`The status with Accept: ${accept}`, status, 200);
      }
    },
  },
  {
    id: "endpoint-hostile",
    state: "up",
    name: "MUST withstand 64 KiB of path, 64 KiB of header, and bytes that are no HTTP",
    why: "A caller must not be able to make a service look unhealthy.",
    source: "RFC 9110, section 17",
    async verify({ client }, compare) {
      const { path } = client;
      const long = "a".repeat(65_536);
      const close = "Host: a\r\nConnection: close\r\n\r\n";
      await client.send(`GET ${path}/${long} HTTP/1.1\r\n${close}`).catch(() => undefined);
      await client
        .send(`GET ${path} HTTP/1.1\r\nX-Long: ${long}\r\n${close}`)
        .catch(() => undefined);
      await client.send("\0\0\0\0 /\r\n\r\n").catch(() => undefined);
      compare("The status afterwards", (await client.request("GET")).status, 200);
    },
  },
];

/** A variant of a request: what differs in it, and a function that sends it. */
type Variant = readonly [name: string, send: () => Promise<Reply>];

/** Compares the answers to variants with that to a plain request; equal answers are compared once. */
async function compareVariants(
  client: EndpointClient,
  what: string,
  variants: readonly Variant[],
  compare: Compare,
): Promise<void> {
  const baseline = await Baseline.of(client);
  const namesByAnswer = new Map<string, string[]>();
  for (const [name, send] of variants) {
    const answer = await baseline.answerTo(send);
    namesByAnswer.set(answer, [...(namesByAnswer.get(answer) ?? []), name]);
  }
  for (const [answer, names] of namesByAnswer) {
    compare(`${what} ${names.join(", ")}`, answer, baseline.answer);
  }
}

/** The values of Host that probers send: addresses of pods, names inside of a cluster, and odd ones. */
const HOSTS = [
  "10.42.0.17:8001",
  "[fd00::17]:8001",
  "localhost",
  "service.default.svc.cluster.local",
  "healthcheck.invalid",
  "under_score.invalid",
  "",
];

/** The agents of probers, and what a bare client sends. */
const AGENTS = [
  "kube-probe/1.36",
  "ELB-HealthChecker/2.0",
  "GoogleHC/1.0",
  "Envoy/HC",
  "Consul Health Check",
  "Blackbox Exporter/0.27.0",
  "Go-http-client/1.1",
  "curl/8.14.1",
  "Wget",
  "",
];

import { Baseline, type EndpointRule } from "./endpoint.ts";

/** Rules about what differs from prober to prober in a request. */
export const REQUEST_RULES: readonly EndpointRule[] = [
  {
    id: "endpoint-host",
    state: "up",
    name: "MUST give the same answer for any Host: the address of a pod, none, an odd one",
    why: "The kubelet and load balancers send the address of the replica, which no list of allowed hosts names.",
    source: "Kubernetes, HTTP probes; AWS, health checks; RFC 9112, section 3.2",
    async verify({ client }, compare) {
      const baseline = await Baseline.of(client);
      for (const host of HOSTS) {
        const answer = await baseline.answerTo(() => client.request("GET", { headers: { host } }));
        compare(`The answer with Host: ${host}`, answer, baseline.answer);
      }
      const without = await baseline.answerTo(() =>
        client.send(`GET ${client.path} HTTP/1.0\r\n\r\n`),
      );
      compare("The answer over HTTP/1.0 without Host", without, baseline.answer);
    },
  },
  {
    id: "endpoint-agents",
    state: "up",
    name: "MUST give the same verdict to each prober, whatever its User-Agent",
    why: "A filter that refuses unknown agents refuses probers, and takes the service out of traffic.",
    source: "RFC 9110, section 10.1.5",
    async verify({ client }, compare) {
      const baseline = await Baseline.of(client);
      for (const agent of AGENTS) {
        const headers = { "user-agent": agent };
        const answer = await baseline.answerTo(() => client.request("GET", { headers }));
        const name = agent === "" ? "an empty User-Agent" : agent;
        compare(`The answer to ${name}`, answer, baseline.answer);
      }
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

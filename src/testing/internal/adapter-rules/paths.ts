import { type AdapterRule, GOOD_PATHS, HTTP_PAGE, OK, PROBES_PAGE, verdict } from "./audited.ts";

/** Rules about the paths: hale's own, and those of the application. */
export const PATH_RULES: readonly AdapterRule[] = [
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
    id: "no-redirect",
    name: "MUST never redirect",
    why: "Kubernetes and load balancers count a redirect as success, or follow it elsewhere.",
    source: "RFC 9110, section 15.4; Kubernetes, HTTP probes",
    async verify({ request }, compare, { fail }) {
      for (const path of ["/health", "/health/", "/health//", "/health/ready//", "/HEALTH"]) {
        const { status, headers } = await request("GET", path);
        if (status >= 300 && status < 400) fail(`GET ${path} is a redirect, ${status}.`);
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
];

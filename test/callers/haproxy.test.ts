import { haproxy, statistic } from "../servers/haproxy.ts";
import { daemonContract } from "./_caller-contract.ts";
import { codeOf } from "./_page.ts";

/** The backends of the page, by the lines before them. */
const BACKENDS = {
  service: "Ask for readiness by HTTP/1.1, with a host:",
  "service-by-http-1-0":
    "Two older ways to ask are no obstacle. In one line, by HTTP/1.0 and without a host:",
  "service-by-default":
    "application's. On a port of [`listen`](../adapters/node.md#listen), here 9001, it is readiness:",
};

const QUICKLY = { "inter 2s": "inter 100ms", "fall 3": "fall 1", "rise 2": "rise 1" };

daemonContract({
  page: "haproxy",
  start({ port, ownPort }) {
    const ports = { service: port, health: ownPort };
    const backends = Object.values(BACKENDS).map((lead) => codeOf("haproxy", lead, ports, QUICKLY));
    return haproxy.start({ sections: () => backends.join("\n") });
  },
  sees: Object.keys(BACKENDS).map((backend) => (proxy) => statistic(proxy, backend, "a", "status")),
});

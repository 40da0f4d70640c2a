import type { Health } from "../../src/contract/health.ts";
import { listenHaproxyAgent } from "../../src/server/haproxy-agent.ts";
import { firstReply } from "../servers/_first-reply.ts";
import { haproxy, statistic } from "../servers/haproxy.ts";
import { daemonContract } from "./_caller-contract.ts";
import { codeOf } from "./_page.ts";

const QUICKLY = { "agent-inter 1s": "agent-inter 100ms", "inter 2s": "inter 100ms" };

daemonContract({
  page: "haproxy-agent",
  replica: {
    open: (health: Health, port: number) => listenHaproxyAgent(health, { port, host: "127.0.0.1" }),
  },
  start: ({ port, ownPort }) => {
    const ports = { service: port, health: ownPort };
    return haproxy.start({
      sections: () => codeOf("haproxy-agent", "## The configuration", ports, QUICKLY),
    });
  },
  sees: [
    async (_, { ownPort }) => (await firstReply(ownPort)).trim(),
    async (proxy) => {
      const status = await statistic(proxy, "service-by-agent", "a", "status");
      const weight = await statistic(proxy, "service-by-agent", "a", "weight");
      return status === "UP" ? `${status} ${weight}` : status;
    },
  ],
});

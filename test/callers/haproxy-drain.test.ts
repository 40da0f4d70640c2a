import { afterAll } from "vitest";
import type { RunningServer } from "../servers/_running-server.ts";
import { haproxy, sitePortOf, statistic } from "../servers/haproxy.ts";
import { whoAnswers } from "./_answers.ts";
import { daemonContract } from "./_caller-contract.ts";
import { codeOf } from "./_page.ts";
import { type Replica, startReplica } from "./_replica.ts";

const QUICKLY = { "inter 2s": "inter 100ms", "fall 3": "fall 1", "rise 2": "rise 1" };

let b: Replica;

afterAll(() => b.close());

const site = ({ port }: RunningServer) => `http://127.0.0.1:${sitePortOf(port)}/`;

daemonContract({
  page: "haproxy-drain",
  replica: { name: "a", health: { http: { drainStatus: 404 } } },
  async start({ port }) {
    b = await startReplica({ name: "b" });
    const ports = { service: port, second: b.port };
    return haproxy.start({
      sections: (own) =>
        codeOf("haproxy-drain", "## The configuration", { own, ...ports }, QUICKLY),
    });
  },
  sees: [
    (proxy) => statistic(proxy, "sessions", "a", "status"),
    (proxy) => whoAnswers(site(proxy), { cookie: "REPLICA=a" }),
    (proxy) => whoAnswers(site(proxy)),
  ],
});

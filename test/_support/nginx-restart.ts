import { setTimeout as delay } from "node:timers/promises";
import { HOST } from "../servers/_place.ts";
import { until } from "../servers/_until.ts";
import { nginx } from "../servers/nginx.ts";
import { type ReplicaRestarts, restartReplicas } from "./restart-replicas.ts";
import type { RestartResult } from "./restart-under-load.ts";

const portsOf = (port: number) => [port + 1, port + 2];

/** Keeps connections to both replicas, and learns from failures alone which one is there. */
const configOf = (port: number) => `upstream service {
${portsOf(port)
  .map((replica) => `  server ${HOST}:${replica} max_fails=1 fail_timeout=2s;`)
  .join("\n")}
  keepalive 16;
}
server {
  listen ${HOST}:${port};
  keepalive_timeout 1h;
  location / {
    proxy_pass http://service;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_connect_timeout 1s;
    add_header Replica $upstream_addr;
  }
}`;

/** Restarts both replicas in turn, `rolls` times, behind the nginx that is free, which sends no probes. */
export async function restartBehindNginx(restarts: ReplicaRestarts): Promise<RestartResult> {
  const proxy = await nginx.start({ connections: 4096, http: configOf });
  try {
    const result = await restartReplicas(restarts, {
      ports: portsOf(proxy.port),
      load: { base: proxy.url },
      async sees(port, replica) {
        await replica.listens();
        await until(`nginx to send requests to ${port}`, async () => {
          replica.assertRuns();
          if (await isAnsweredBy(port, proxy.url)) return true;
          // Seldom: what is asked here counts among the requests by which the drain knows the traffic.
          await delay(500);
          return false;
        });
      },
      async misses() {},
    });
    const log = await proxy.log();
    return { ...result, log, failedAttempts: failedAttemptsIn(log) };
  } finally {
    await proxy.stop();
  }
}

async function isAnsweredBy(port: number, service: string): Promise<boolean> {
  const response = await fetch(`${service}/`);
  await response.text();
  return response.ok && response.headers.get("replica") === `${HOST}:${port}`;
}

/** Those for the requests of the load, whose paths are longer than that of a question of this file. */
function failedAttemptsIn(log: string): string[] {
  return [...log.matchAll(/\[error\] \S+ \*\d+ (.+?) while .* "GET \/\w/g)].map(
    ([, reason = ""]) => reason,
  );
}

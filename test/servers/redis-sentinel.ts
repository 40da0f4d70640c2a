import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { firstReply } from "./_first-reply.ts";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

/** The name by which clients ask for the master. */
export const MASTER_NAME = "hale";

export interface RedisSentinelOptions {
  /** The port of the master that it watches. */
  master: number;
  /** The password of the master. */
  password: string;
}

/** One Redis Sentinel, which alone decides on a failover. It is asked for one by clients, or by tests. */
export const redisSentinel = defineServer<RedisSentinelOptions>({
  name: "Redis Sentinel",
  programs: ["redis-server", "valkey-server"],
  packages: { debian: ["redis-server"], fedora: ["valkey"], homebrew: ["redis"] },
  async start({ port, folder }, { master = port + 1, password = "" }) {
    const config = join(folder, "sentinel.conf");
    const lines = [
      `bind ${HOST}`,
      `port ${port}`,
      `dir ${folder}`,
      `sentinel monitor ${MASTER_NAME} ${HOST} ${master} 1`,
      // A master that a test kills is to come back, not to be replaced.
      `sentinel down-after-milliseconds ${MASTER_NAME} 600000`,
      ...(password === "" ? [] : [`sentinel auth-pass ${MASTER_NAME} ${password}`]),
    ];
    await writeFile(config, `${lines.join("\n")}\n`);
    return {
      args: [config, "--sentinel"],
      url: `redis://${HOST}:${port}`,
      async ready() {
        return (await firstReply(port, "PING\r\n").catch(() => "")).startsWith("+PONG");
      },
    };
  },
});

import { firstReply } from "./_first-reply.ts";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

export interface RedisServerOptions {
  /** The password that clients must give; part of the url. Without it, none is asked for. */
  requirepass: string;
  /** Whether it is a node of a cluster, whose bus is at the next port. */
  cluster: boolean;
  /** Settings of `redis.conf`, by name. */
  settings: Readonly<Record<string, string>>;
}

/** Redis, or Valkey where that is what is installed; it keeps nothing over a restart. */
export const redis = defineServer<RedisServerOptions>({
  name: "Redis",
  programs: ["redis-server", "valkey-server"],
  packages: { debian: ["redis-server"], fedora: ["valkey"], homebrew: ["redis"] },
  start({ port, folder }, { requirepass = "", cluster = false, settings: own = {} }) {
    const settings = {
      bind: HOST,
      port: String(port),
      dir: folder,
      daemonize: "no",
      appendonly: "no",
      save: "",
      requirepass,
      masterauth: requirepass,
      ...(cluster && { "cluster-enabled": "yes", "cluster-port": String(port + 1) }),
      ...own,
    };
    return {
      args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
      url: `redis://${requirepass && `:${encodeURIComponent(requirepass)}@`}${HOST}:${port}`,
      async ready() {
        const reply = await firstReply(port, "PING\r\n").catch(() => "");
        return /^(?:\+PONG|-NOAUTH|-LOADING)/.test(reply);
      },
    };
  },
});

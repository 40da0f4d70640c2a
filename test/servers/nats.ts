import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { firstReply } from "./_first-reply.ts";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

export interface NatsServerOptions {
  /**
   * A subject to which the user may not publish.
   *
   * @default none
   */
  denied: string;
  /** @default true */
  jetstream: boolean;
}

/** NATS with JetStream, where the user `hale` logs in with a password and may not subscribe to `forbidden`. */
export const nats = defineServer<NatsServerOptions>({
  name: "NATS",
  programs: ["nats-server"],
  folders: ["/usr/sbin", "/usr/local/sbin"],
  packages: { debian: ["nats-server"], fedora: ["nats-server"], homebrew: ["nats-server"] },
  async start({ port, folder }, { denied, jetstream = true }) {
    const config = join(folder, "nats.conf");
    const publish = denied === undefined ? "" : `publish: { deny: "${denied}" }, `;
    await writeFile(
      config,
      `host: "${HOST}"
port: ${port}
${jetstream ? `jetstream { store_dir: "${join(folder, "store")}", max_mem: 16MB, max_file: 64MB }` : ""}
authorization {
  users = [
    { user: "hale", password: "correct-horse", permissions: { ${publish}subscribe: { deny: "forbidden" } } }
  ]
}
`,
    );
    return {
      args: ["-c", config],
      url: `nats://hale:correct-horse@${HOST}:${port}`,
      // The server speaks first.
      async ready() {
        return (await firstReply(port).catch(() => "")).startsWith("INFO ");
      },
    };
  },
});

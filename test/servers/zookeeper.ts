import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { firstReply } from "./_first-reply.ts";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

/** One ZooKeeper, alone. */
export const zookeeper = defineServer({
  name: "ZooKeeper",
  programs: ["zkServer.sh", "zkServer"],
  folders: ["/usr/share/zookeeper/bin"],
  packages: {
    debian: ["zookeeper", "default-jre-headless"],
    fedora: ["zookeeper"],
    homebrew: ["zookeeper"],
  },
  async start({ port, folder }) {
    await writeFile(
      join(folder, "zoo.cfg"),
      [
        `dataDir=${join(folder, "data")}`,
        `clientPort=${port}`,
        `clientPortAddress=${HOST}`,
        "admin.enableServer=false",
        "4lw.commands.whitelist=srvr",
        "",
      ].join("\n"),
    );
    return {
      args: ["start-foreground", join(folder, "zoo.cfg")],
      env: { ZOO_LOG_DIR: folder, JVMFLAGS: "-Xmx128m" },
      url: `zookeeper://${HOST}:${port}`,
      async ready() {
        // It answers `ruok` with `imok` before it takes sessions, and a client that comes then may wait for ever.
        return (await firstReply(port, "srvr").catch(() => "")).includes("Zookeeper version");
      },
    };
  },
});

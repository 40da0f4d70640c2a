import { join } from "node:path";
import { Etcd3 } from "etcd3";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

const PASSWORD = "correct-horse";

/** One member of etcd, that serves only those who log in, such as the root of its url. */
export const etcd = defineServer({
  name: "etcd",
  programs: ["etcd"],
  packages: { debian: ["etcd-server"], fedora: ["etcd"], homebrew: ["etcd"] },
  start({ port, folder }) {
    const hosts = `http://${HOST}:${port}`;
    const peers = `http://${HOST}:${port + 1}`;
    return {
      args: [
        ["--data-dir", join(folder, "data")],
        ["--listen-client-urls", hosts],
        ["--advertise-client-urls", hosts],
        ["--listen-peer-urls", peers],
        ["--initial-advertise-peer-urls", peers],
        ["--initial-cluster", `default=${peers}`],
      ].flat(),
      url: `etcd://root:${PASSWORD}@${HOST}:${port}`,
      async ready() {
        const client = new Etcd3({ hosts, auth: { username: "root", password: PASSWORD } });
        try {
          await client.get("ready").exec();
          return true;
        } catch (failure) {
          if (/authentication is not enabled/.test(String(failure))) await protect(hosts);
          return false;
        } finally {
          client.close();
        }
      },
    };
  },
});

/** Makes its first user, from whom on everybody must log in. */
async function protect(hosts: string): Promise<void> {
  const client = new Etcd3({ hosts });
  try {
    await client.user("root").create(PASSWORD);
    await client.role("root").create();
    await client.user("root").addRole("root");
    await client.auth.authEnable();
  } finally {
    client.close();
  }
}

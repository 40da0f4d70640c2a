import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { firstReply } from "./_first-reply.ts";
import { HOST } from "./_place.ts";
import { run } from "./_run.ts";
import { defineServer } from "./_server.ts";
import { toolPath } from "./_tools.ts";

/** Without a realm, a name would be one of the machine's. */
const USER = "hale@hale";

export interface MemcachedServerOptions {
  /** The password that clients must give, by SASL; part of the url. Without it, none is asked for. */
  password: string;
}

/** memcached, which keeps nothing over a restart. */
export const memcached = defineServer<MemcachedServerOptions>({
  name: "memcached",
  programs: ["memcached"],
  packages: {
    debian: ["memcached", "libsasl2-modules"],
    fedora: ["memcached", "cyrus-sasl", "cyrus-sasl-plain"],
    homebrew: ["memcached", "cyrus-sasl"],
  },
  refusesRoot: true,
  async start({ port, folder, user }, { password = "" }) {
    if (password !== "") {
      const program = toolPath("saslpasswd");
      const database = join(folder, "sasldb");
      const [name = "", realm = ""] = USER.split("@");
      await run(program, ["-p", "-c", "-f", database, "-a", "memcached", "-u", realm, name], {
        user,
        input: password,
      });
      const lines = [
        "mech_list: plain",
        "pwcheck_method: auxprop",
        "auxprop_plugin: sasldb",
        `sasldb_path: ${database}`,
      ];
      await writeFile(join(folder, "memcached.conf"), `${lines.join("\n")}\n`, { mode: 0o644 });
    }
    const credentials = password && `${encodeURIComponent(USER)}:${encodeURIComponent(password)}@`;
    return {
      args: ["-l", HOST, "-p", String(port), "-U", "0", ...(password === "" ? [] : ["-S"])],
      env: { SASL_CONF_PATH: folder },
      url: `memcached://${credentials}${HOST}:${port}`,
      async ready() {
        // The binary "no operation", since a server with SASL speaks nothing else.
        const request = `\x80\x0a${"\0".repeat(22)}`;
        return (await firstReply(port, Buffer.from(request, "latin1")).catch(() => "")) !== "";
      },
    };
  },
});

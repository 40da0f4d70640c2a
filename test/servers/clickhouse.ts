import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { firstReply } from "./_first-reply.ts";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

/** ClickHouse, where the user `hale` logs in over HTTP with a password. */
export const clickhouse = defineServer({
  name: "ClickHouse",
  programs: ["clickhouse-server"],
  packages: {
    debian: ["clickhouse-server"],
    fedora: ["clickhouse-server"],
    homebrew: ["clickhouse"],
  },
  async start({ port, folder }) {
    const config = join(folder, "config.xml");
    const user = (password: string) =>
      `<password>${password}</password><networks><ip>${HOST}</ip></networks><profile>default</profile><quota>default</quota>`;
    await writeFile(
      config,
      `<yandex>
  <logger><level>warning</level><console>1</console></logger>
  <listen_host>${HOST}</listen_host>
  <http_port>${port}</http_port>
  <path>${folder}/data/</path>
  <tmp_path>${folder}/tmp/</tmp_path>
  <users_config>${folder}/users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <mark_cache_size>5368709</mark_cache_size>
</yandex>
`,
    );
    await writeFile(
      join(folder, "users.xml"),
      `<yandex>
  <profiles><default></default></profiles>
  <quotas><default></default></quotas>
  <users><default>${user("")}</default><hale>${user("correct-horse")}</hale></users>
</yandex>
`,
    );
    return {
      args: [`--config-file=${config}`],
      url: `http://hale:correct-horse@${HOST}:${port}`,
      async ready() {
        const reply = await firstReply(port, "GET /ping HTTP/1.0\r\n\r\n").catch(() => "");
        return reply.startsWith("HTTP/1.0 200");
      },
    };
  },
});

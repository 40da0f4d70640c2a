import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

export interface NginxOptions {
  /** What stands in `http { … }`, given the port. */
  http: (port: number) => string;
  /**
   * How many connections there can be, to clients and to upstreams.
   *
   * @default 64
   */
  connections: number;
}

const NO_UPSTREAM = (port: number) => `server { listen ${HOST}:${port}; return 204; }`;

const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/** nginx with one worker. */
export const nginx = defineServer<NginxOptions>({
  name: "nginx",
  programs: ["nginx"],
  folders: ["/usr/sbin", "/usr/local/sbin"],
  packages: { debian: ["nginx"], fedora: ["nginx"], homebrew: ["nginx"] },
  // Its worker would be another user, who may not write into the folder.
  refusesRoot: true,
  async start({ port, folder }, { http = NO_UPSTREAM, connections = 64 }) {
    const file = join(folder, "nginx.conf");
    await writeFile(
      file,
      `worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections ${connections}; }
http {
  access_log off;
${TEMPORARY.map((name) => `  ${name}_temp_path ${folder}/${name};`).join("\n")}
${http(port)}
}
`,
    );
    return {
      // In the foreground, with its complaints among what it prints.
      args: ["-p", folder, "-e", "stderr", "-c", file, "-g", "daemon off;"],
      url: `http://${HOST}:${port}`,
      async ready() {
        return fetch(`http://${HOST}:${port}/`).then(
          () => true,
          () => false,
        );
      },
    };
  },
});

import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

export interface ApacheOptions {
  /** What its configuration holds besides ports, files and modules. */
  site: string;
}

/** Apache's httpd as a load balancer. */
export const apache = defineServer<ApacheOptions>({
  name: "Apache",
  programs: ["apache2", "httpd"],
  folders: ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"],
  packages: { debian: ["apache2"], fedora: ["httpd"], homebrew: ["httpd"] },
  refusesRoot: true,
  async start({ port, folder, program }, { site = "" }) {
    const file = join(folder, "httpd.conf");
    await writeFile(
      file,
      `ServerName ${HOST}
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/httpd.pid
ErrorLog ${folder}/error.log
Mutex file:${folder} default
Listen ${HOST}:${port}
StartServers 1
MinSpareThreads 1
ThreadsPerChild 8
MaxRequestWorkers 8
ServerLimit 1
${modulesOf(program)}
${site}`,
    );
    return {
      args: ["-D", "FOREGROUND", "-f", file],
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

const MODULES = [
  "mpm_event",
  "unixd",
  "watchdog",
  "authz_core",
  "slotmem_shm",
  "proxy",
  "proxy_http",
  "proxy_balancer",
  "lbmethod_byrequests",
  "proxy_hcheck",
];

/** Loads each module that is a file, and not a part of the program. */
function modulesOf(program: string): string {
  const folders = [
    "/usr/lib/apache2/modules",
    "/usr/lib64/httpd/modules",
    join(dirname(program), "../lib/httpd/modules"),
  ];
  return MODULES.flatMap((name) =>
    folders
      .map((folder) => join(folder, `mod_${name}.so`))
      .filter((path) => existsSync(path))
      .slice(0, 1)
      .map((path) => `LoadModule ${name}_module ${path}`),
  ).join("\n");
}

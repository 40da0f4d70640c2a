import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

export interface CaddyOptions {
  /** The sites of its Caddyfile, given the port. */
  sites: (port: number) => string;
}

const NO_SITE = (port: number) => `:${port} {\n\trespond 204\n}\n`;

/** Caddy, without certificates. */
export const caddy = defineServer<CaddyOptions>({
  name: "Caddy",
  programs: ["caddy"],
  packages: { debian: ["caddy"], fedora: ["caddy"], homebrew: ["caddy"] },
  async start({ port, folder }, { sites = NO_SITE }) {
    const file = join(folder, "Caddyfile");
    const admin = `${HOST}:${port + 1}`;
    const global = `{\n\tadmin ${admin}\n\tdefault_bind ${HOST}\n\tauto_https off\n}\n`;
    await writeFile(file, `${global}${sites(port)}`);
    return {
      args: ["run", "--adapter", "caddyfile", "--config", file],
      // What it stores goes below HOME, which is the folder, unless these say otherwise.
      env: { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
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

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { HOST } from "./_place.ts";
import type { RunningServer } from "./_running-server.ts";
import { defineServer } from "./_server.ts";

export interface MonitOptions {
  /** What it watches. */
  checks: string;
}

/** Monit, which looks once a second and tells what it believes over HTTP. */
export const monit = defineServer<MonitOptions>({
  name: "Monit",
  programs: ["monit"],
  packages: { debian: ["monit"], fedora: ["monit"], homebrew: ["monit"] },
  async start({ port, folder }, { checks = "" }) {
    const file = join(folder, "monitrc");
    await writeFile(
      file,
      `set daemon 1
set pidfile ${folder}/monit.pid
set idfile ${folder}/monit.id
set statefile ${folder}/monit.state
set httpd port ${port} and use address ${HOST} allow ${HOST}
${checks}`,
      // It reads no file that others may read.
      { mode: 0o600 },
    );
    return {
      args: ["-I", "-c", file],
      url: `http://${HOST}:${port}`,
      async ready() {
        const page = await fetch(`http://${HOST}:${port}/_status`).catch(() => undefined);
        return page?.ok ?? false;
      },
    };
  },
});

/** What Monit says of what it watches under a name. */
export async function statusOf({ url }: RunningServer, name: string): Promise<string> {
  const page = stripVTControlCharacters(await (await fetch(`${url}/_status`)).text());
  const [, part = ""] = page.split(`Remote Host '${name}'`);
  const status = /^\s*status\s+(.+)$/m.exec(part)?.[1];
  if (status === undefined) throw new Error(`Monit does not tell of "${name}":\n${page}`);
  return status;
}

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HOST } from "./_place.ts";
import type { RunningServer } from "./_running-server.ts";
import { defineServer } from "./_server.ts";

/** Alertmanager on its own, which sends what it receives to nobody. */
export const alertmanager = defineServer({
  name: "Alertmanager",
  programs: ["prometheus-alertmanager", "alertmanager"],
  packages: {
    debian: ["prometheus-alertmanager"],
    fedora: ["golang-github-prometheus-alertmanager"],
    homebrew: ["alertmanager"],
  },
  async start({ port, folder }) {
    const file = join(folder, "alertmanager.yml");
    await writeFile(file, "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n");
    return {
      args: [
        `--config.file=${file}`,
        `--web.listen-address=${HOST}:${port}`,
        `--storage.path=${join(folder, "data")}`,
        // No cluster, which would listen on every address.
        "--cluster.listen-address=",
      ],
      url: `http://${HOST}:${port}`,
      async ready() {
        const answer = await fetch(`http://${HOST}:${port}/-/ready`).catch(() => undefined);
        return answer?.ok ?? false;
      },
    };
  },
});

/** An alert that Alertmanager has and that has not ended. */
export interface ReceivedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The alerts that Alertmanager has and that have not ended. */
export async function alertsOf({ url }: RunningServer): Promise<readonly ReceivedAlert[]> {
  const answer = await fetch(`${url}/api/v2/alerts?active=true`);
  return (await answer.json()) as ReceivedAlert[];
}

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HOST } from "./_place.ts";
import type { RunningServer } from "./_running-server.ts";
import { defineServer } from "./_server.ts";

export interface PrometheusOptions {
  /** What it scrapes, in YAML. */
  config: string;
}

/** Prometheus, which stores what it scrapes in its folder. */
export const prometheus = defineServer<PrometheusOptions>({
  name: "Prometheus",
  programs: ["prometheus"],
  packages: {
    debian: ["prometheus"],
    fedora: ["golang-github-prometheus"],
    homebrew: ["prometheus"],
  },
  async start({ port, folder }, { config = "scrape_configs: []\n" }) {
    const file = join(folder, "prometheus.yml");
    await writeFile(file, config);
    return {
      args: [
        `--config.file=${file}`,
        `--web.listen-address=${HOST}:${port}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
      ],
      url: `http://${HOST}:${port}`,
      async ready() {
        const answer = await fetch(`http://${HOST}:${port}/-/ready`).catch(() => undefined);
        return answer?.ok ?? false;
      },
    };
  },
});

/** The figures of the series that an expression gives now, by the value of one of their labels. */
export async function query(
  { url }: RunningServer,
  expression: string,
  label: string,
): Promise<ReadonlyMap<string | undefined, string>> {
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
  const { data } = (await answer.json()) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  return new Map(data.result.map(({ metric, value }) => [metric[label], value[1]]));
}

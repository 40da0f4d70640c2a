import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

export interface BlackboxExporterOptions {
  /** Its modules, in YAML. */
  config: string;
}

/** The blackbox_exporter of Prometheus. */
export const blackboxExporter = defineServer<BlackboxExporterOptions>({
  name: "blackbox_exporter",
  programs: ["prometheus-blackbox-exporter", "blackbox_exporter"],
  packages: {
    debian: ["prometheus-blackbox-exporter"],
    fedora: ["golang-github-prometheus-blackbox-exporter"],
    homebrew: ["blackbox_exporter"],
  },
  async start({ port, folder }, { config = "modules: {}\n" }) {
    const file = join(folder, "blackbox.yml");
    await writeFile(file, config);
    return {
      args: [`--config.file=${file}`, `--web.listen-address=${HOST}:${port}`],
      url: `http://${HOST}:${port}`,
      async ready() {
        const answer = await fetch(`http://${HOST}:${port}/-/healthy`).catch(() => undefined);
        return answer?.ok ?? false;
      },
    };
  },
});

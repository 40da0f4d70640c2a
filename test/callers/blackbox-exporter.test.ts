import { expect, test } from "vitest";
import type { RunningServer } from "../servers/_running-server.ts";
import { blackboxExporter } from "../servers/blackbox-exporter.ts";
import { daemonContract } from "./_caller-contract.ts";
import { codeOf } from "./_page.ts";
import { promtool } from "./_promtool.ts";
import type { Replica } from "./_replica.ts";

const success =
  (module: string, path: string) =>
  async ({ url }: RunningServer, { port }: Replica): Promise<string> => {
    const target = `http://127.0.0.1:${port}${path}`;
    const query = new URLSearchParams({ module, target });
    const figures = await (await fetch(`${url}/probe?${query}`)).text();
    return /^probe_success (\d)$/m.exec(figures)?.[1] ?? figures;
  };

daemonContract({
  page: "blackbox-exporter",
  start: () =>
    blackboxExporter.start({ config: codeOf("blackbox-exporter", "In `blackbox.yml`:") }),
  sees: [success("hale_ready", "/health/ready"), success("hale_healthy", "/health/deep")],
});

test("promtool finds no fault with the scrape of the page", async () => {
  const config = codeOf("blackbox-exporter", "In `prometheus.yml`:");
  expect(await promtool(["check", "config", "--syntax-only"], config)).toContain("SUCCESS");
});

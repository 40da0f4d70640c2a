import { expect, test } from "vitest";
import { prometheus, query } from "../servers/prometheus.ts";
import { daemonContract } from "./_caller-contract.ts";
import { codeOf } from "./_page.ts";
import { promtool } from "./_promtool.ts";

const QUICKLY = { "scrape_interval: 15s": "scrape_interval: 1s" };

daemonContract({
  page: "prometheus",
  start: ({ port }) =>
    prometheus.start({
      config: codeOf("prometheus", "In `prometheus.yml`:", { service: port }, QUICKLY),
    }),
  sees: [
    async (server) => {
      const up = await query(server, "up", "job");
      const status = await query(server, "hale_probe_status == 1", "status");
      return up.get("service") === "1" ? [...status.keys()].join() : "no answer";
    },
  ],
});

test("promtool finds no fault with the alerts of the page", async () => {
  const rules = codeOf("prometheus", "The alerts:");
  expect(await promtool(["check", "rules"], rules)).toContain("SUCCESS: 4 rules found");
});

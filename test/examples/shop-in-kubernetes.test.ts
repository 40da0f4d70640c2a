import { expect, onTestFinished, test, vi } from "vitest";
import { ask } from "../_support/ask.ts";
import { until } from "../servers/_until.ts";
import { type RunningShop, startShopOnServers } from "./_shop.ts";

// Its servers take seconds to start on a machine that has other work.
vi.setConfig({ testTimeout: 180_000 });

/** Asks again and again, over a new connection each time; returns what came of each visit, once it is ended. */
function startVisitor(shop: RunningShop) {
  const visits: (number | string)[] = [];
  let visiting = true;
  const ended = (async () => {
    while (visiting) {
      const visit = ask(shop.url, "GET", "/products");
      visits.push(await visit.then(({ status }) => status, String));
    }
  })();
  return {
    visits,
    end() {
      visiting = false;
      return ended;
    },
  };
}

test("a shop whose pod is deleted answers every visitor of the least time, though nothing probes it", async () => {
  const shop = await startShopOnServers({ KUBERNETES_SERVICE_HOST: "10.0.0.1" });
  onTestFinished(shop.stop);
  const visitors = Array.from({ length: 10 }, () => startVisitor(shop));
  const visits = () => visitors.flatMap((visitor) => visitor.visits);
  await until("visitors are there", () => visits().length > 50);
  shop.kill("SIGTERM");
  await until("it is told", () => shop.printed.error.includes("shutdown started"));
  // kube-proxy of some node may send visitors for as long as this.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  for (const visitor of visitors) await visitor.end();
  expect(visits().filter((visit) => visit !== 200)).toEqual([]);
  expect(await shop.ended).toEqual({ code: 0, signal: null });
  const { error } = shop.printed;
  expect(error).toMatch(
    /shutdown started: SIGTERM; waiting for 5 s to pass, then .* without requests/,
  );
  expect(error).toMatch(/drain finished in .*: 5 s passed; no requests for/);
  expect(error).toMatch(
    /onClose "database" finished[\s\S]*shutdown finished in .*, exit code 0\n$/,
  );
});

import { expect, onTestFinished, test, vi } from "vitest";
import { ask } from "../_support/ask.ts";
import { until } from "../servers/_until.ts";
import { type RunningShop, startShopOnServers } from "./_shop.ts";

// Its servers take seconds to start on a machine that has other work.
vi.setConfig({ testTimeout: 180_000 });

/** What came of a visit, and when it began. */
interface Visit {
  readonly began: number;
  readonly outcome: number | string;
}

/** Visits a shop again and again, over a new connection each time. */
function startVisitor(shop: RunningShop) {
  const visits: Visit[] = [];
  let end = Number.POSITIVE_INFINITY;
  const ended = (async () => {
    for (let began = performance.now(); began < end; began = performance.now()) {
      const visit = ask(shop.url, "GET", "/products");
      visits.push({ began, outcome: await visit.then(({ status }) => status, String) });
    }
  })();
  return {
    visits,
    /** Begins no visit from this moment on; resolves once the last one has ended. */
    endAt(moment: number) {
      end = moment;
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
  // kube-proxy of some node may send visitors for as long as the least time of 5 s, of which some passes before the
  // signal arrives, and some on the way of each visit.
  const end = performance.now() + 4000;
  shop.kill("SIGTERM");
  await Promise.all(visitors.map((visitor) => visitor.endAt(end)));
  expect(visits().filter(({ outcome }) => outcome !== 200)).toEqual([]);
  expect(await shop.ended).toEqual({ code: 0, signal: null });
  const { error } = shop.printed;
  expect(error).toMatch(
    /shutdown started: SIGTERM; waiting for 5 s to pass and .* without requests/,
  );
  expect(error).toMatch(/drain finished in .*: 5 s passed; no requests for/);
  expect(error).toMatch(
    /onClose "database" finished[\s\S]*shutdown finished in .*, exit code 0\n$/,
  );
});

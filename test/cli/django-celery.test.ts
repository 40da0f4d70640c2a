import { expect, test } from "vitest";
import { until } from "../servers/_until.ts";
import { ALL_IS_WELL, FAILED, OK, openShop } from "./_django-shop.ts";
import { installCommand } from "./_installed-command.ts";

const command = installCommand();

/** The body of deep with the check of the queue. */
const jobs = (status: string, word: string) =>
  [200, `{"status":"${status}","checks":{"database":"ok","cache":"ok","jobs":"${word}"}}`] as const;

const WITHOUT_WORKER = { "/health/deep/": jobs("degraded", "degraded"), "/health/ready/": OK };
const WITH_WORKER = { "/health/deep/": jobs("healthy", "ok"), "/health/ready/": OK };

test("a project with Celery is degraded without a worker, and while its queue is long", async () => {
  const shop = await openShop(command.path);
  await shop.startWeb();
  const [, withJobs = ""] = shop.project.configs;
  await shop.configure(withJobs);
  await shop.answers(WITHOUT_WORKER);
  expect(await shop.details()).toContain(
    "0 workers are present; with fewer than 1 it is degraded.",
  );

  const worker = await shop.project.start("celery");
  await shop.answers(WITH_WORKER);
  worker.signal("SIGSTOP");
  await shop.project.enqueue(150);
  await shop.answers(WITHOUT_WORKER);
  expect(await shop.details()).toMatch(/\d+ jobs wait; from 100 on it is degraded\./);
  worker.signal("SIGCONT");
  await shop.answers(WITH_WORKER);

  worker.signal("SIGKILL");
  await worker.ended;
  await shop.project.enqueue(150);
  await shop.answers(WITHOUT_WORKER);
  await until("all jobs wait, and Redis has no worker", async () =>
    // Some of the first jobs may wait still.
    /[12]\d\d jobs wait; .* 0 workers are present;/.test(await shop.details()),
  );
  const another = await shop.project.start("celery");
  await shop.answers(WITH_WORKER);

  const readiness = { "/health/ready/": FAILED };
  shop.hale.signal("SIGTERM");
  process.kill(another.child.pid ?? 0, "SIGTERM");
  await shop.hale.line("shutdown started");
  // The prober of this test receives three of them.
  for (let received = 0; received < 3; received++) await shop.answers(readiness);
  expect(await shop.hale.ended).toMatchObject({ code: 0 });
  expect(await another.ended).toMatchObject({ code: 0 });
}, 240_000);

test("a worker that leaves no sign of life fails liveness, by the file of the page", async () => {
  const shop = await openShop(command.path);
  await shop.startWeb();
  await shop.answers(ALL_IS_WELL);
  const [, , withWorker = ""] = shop.project.configs;
  const worker = await shop.project.start("celery");
  await shop.configure(withWorker.replace("30s", "8s"));
  const sign = (word: string) =>
    [200, `{"status":"healthy","checks":{"worker":"${word}"}}`] as const;
  await shop.answers({ "/health/": OK, "/health/deep/": sign("ok") });
  worker.signal("SIGSTOP");
  await shop.answers({
    "/health/": FAILED,
    "/health/deep/": [503, '{"status":"unhealthy","checks":{"worker":"failed"}}'],
  });
  worker.signal("SIGCONT");
  await shop.answers({ "/health/": OK, "/health/deep/": sign("ok") });
  process.kill(worker.child.pid ?? 0, "SIGTERM");
  await worker.ended;
  await shop.answers({ "/health/": FAILED });
}, 240_000);

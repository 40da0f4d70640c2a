import { readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { ask } from "../_support/ask.ts";
import { startProgram } from "../_support/program.ts";
import { ensureInstalled } from "../servers/_install.ts";
import { reservePlace } from "../servers/_place.ts";
import { postgres } from "../servers/postgres.ts";
import { makeExample, packHale, untilAnswers } from "./_example.ts";

vi.setConfig({ testTimeout: 180_000 });

const hale = packHale();

const OK = '{"status":"ok"}';

test("the example django-sidecar is answered for by hale serve beside it", async () => {
  const gunicorn = await ensureInstalled({
    name: "gunicorn, Django and psycopg2 for Python",
    programs: ["gunicorn"],
    packages: {
      debian: ["gunicorn", "python3-django", "python3-psycopg2"],
      fedora: ["python3-gunicorn", "python3-django", "python3-psycopg2"],
      homebrew: ["gunicorn"],
    },
  });
  const database = await postgres.start();
  onTestFinished(() => database.stop());
  const { port, folder: place } = await reservePlace();
  onTestFinished(() => rm(place, { recursive: true }));
  const { folder, commands } = makeExample("django-sidecar", hale());
  const [web, probes] = [`127.0.0.1:${port}`, `127.0.0.1:${port + 1}`];
  const config = join(folder, "hale.yaml");
  writeFileSync(config, readFileSync(config, "utf8").replace("127.0.0.1:8000", web));
  const env = {
    DATABASE_URL: database.url,
    SECRET_KEY: "only for this test",
    PYTHONDONTWRITEBYTECODE: "1",
  };

  const serve = commands.find((command) => command.startsWith("npx ")) ?? "";
  const args = serve.split(" hale ").at(-1)?.split(" ") ?? [];
  const sidecar = startProgram(join(folder, "node_modules/hale/dist/hale.cjs"), {
    args: [...args, "--host", "127.0.0.1", "--port", String(port + 1)],
    cwd: folder,
    env,
  });
  const base = `http://${probes}`;
  await untilAnswers(base, "/health/startup", 503);

  const start = commands.find((command) => command.startsWith("gunicorn ")) ?? "";
  const words = start.replace("127.0.0.1:8000", web).split(" ").slice(1);
  const options = { through: [], args: words, cwd: folder, env, group: true };
  const site = startProgram(gunicorn, options);
  await untilAnswers(base, "/health/startup", 200, OK);
  await untilAnswers(base, "/health/ready", 200, OK);
  const page = () => ask(`http://${web}`, "GET", "/", { headers: { host: "shop.example" } });
  expect((await page()).body).toMatch(/^\d{4}-/);

  await database.kill();
  const deep = '{"status":"unhealthy","checks":{"database":"failed"}}';
  await untilAnswers(base, "/health/deep", 503, deep);
  await untilAnswers(base, "/health/live", 200, OK);
  await database.restart();
  await untilAnswers(base, "/health/ready", 200, OK);

  site.signal("SIGKILL");
  await site.ended;
  await untilAnswers(base, "/health/live", 503, '{"status":"failed"}');
  startProgram(gunicorn, options);
  await untilAnswers(base, "/health/ready", 200, OK);

  sidecar.signal("SIGTERM");
  for (let told = 0; told < 3; told++) await untilAnswers(base, "/health/ready", 503);
  expect(await sidecar.ended).toMatchObject({ code: 0 });
});

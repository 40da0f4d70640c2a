import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ask } from "../_support/ask.ts";
import { startProgram } from "../_support/program.ts";
import { reservePlace } from "../servers/_place.ts";
import { run } from "../servers/_run.ts";
import { postgres } from "../servers/postgres.ts";
import { endsWell, makeExample, packHale, untilAnswers } from "./_example.ts";

const hale = packHale();

test("the example next is built, serves, is unready while its database is gone, and refuses no request at its end", async () => {
  const database = await postgres.start();
  onTestFinished(() => database.stop());
  const { folder, commands } = makeExample("next", hale(), { whole: true });
  const env = { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production", DATABASE_URL: database.url };
  const settings = { cwd: folder, env: { ...process.env, ...env } };
  await run(process.execPath, ["node_modules/next/dist/bin/next", "build"], settings);
  const copy = commands.find((command) => command.startsWith("cp ")) ?? "";
  await run("sh", ["-c", copy], settings);

  const { port, folder: place } = await reservePlace();
  onTestFinished(() => rm(place, { recursive: true }));
  const file =
    commands
      .find((command) => / node \S+$/.test(command))
      ?.split(" ")
      .at(-1) ?? "";
  const program = startProgram(join(folder, file), {
    cwd: folder,
    env: { ...env, PORT: String(port), HOST: "127.0.0.1" },
  });
  const base = `http://127.0.0.1:${port}`;
  await untilAnswers(base, "/health/ready", 200, '{"status":"ok"}');
  const { body } = await ask(base, "GET", "/");
  expect(body).toMatch(/<p>\d{4}-/);
  const [script = ""] = /\/_next\/static\/[^"]+\.js/.exec(body) ?? [];
  expect(await ask(base, "GET", script)).toMatchObject({ status: 200 });

  await database.kill();
  const deep = '{"status":"unhealthy","checks":{"database":"failed"}}';
  await untilAnswers(base, "/health/deep", 503, deep);
  expect((await ask(base, "GET", "/health/live")).status).toBe(200);
  expect((await ask(base, "GET", "/")).status).toBe(500);
  await database.restart();
  await untilAnswers(base, "/health/ready", 200);

  const lines = await endsWell(program, base, base);
  expect(lines.join("\n")).toMatch(/onClose "database" finished[\s\S]*exit code 0/);
}, 600_000);

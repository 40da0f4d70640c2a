import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder } from "../_support/folder.ts";
import { type Program, startProgram } from "../_support/program.ts";
import { blocksOf } from "../house/_pages.ts";
import { installDebianPackages } from "../servers/_debian.ts";
import { ensureAll } from "../servers/_install.ts";
import { run } from "../servers/_run.ts";

const PROJECT = fileURLToPath(new URL("programs/django", import.meta.url));
const PAGE = "docs/django.md";

/** A project of Django in a folder of its own, with what its page adds to it. */
export interface DjangoProject {
  readonly folder: string;
  /** The configurations of the page, in its order. */
  readonly configs: readonly string[];
  /** Starts a command of the page by its first word, with some of its words replaced. */
  start(program: string, replacements?: Readonly<Record<string, string>>): Promise<Program>;
  /** Puts so many tasks into the queue. */
  enqueue(count: number): Promise<void>;
}

/** Makes the project, with the packages of Debian that it needs. */
export async function createProject(env: Readonly<Record<string, string>>): Promise<DjangoProject> {
  await ensureAll([
    {
      name: "gunicorn, with Django, psycopg2 and redis for Python",
      programs: ["gunicorn"],
      packages: {
        debian: ["gunicorn", "python3-django", "python3-psycopg2", "python3-redis"],
        fedora: ["python3-gunicorn", "python3-django", "python3-psycopg2", "python3-redis"],
        homebrew: ["gunicorn"],
      },
    },
    {
      name: "Celery",
      programs: ["celery"],
      packages: {
        debian: ["celery", "python3-redis"],
        fedora: ["python3-celery", "python3-redis"],
        homebrew: ["celery"],
      },
    },
  ]);
  // The programs may be there without the packages that the project imports.
  const imports = ["-c", "import celery, django, psycopg2, redis"];
  await run("/usr/bin/python3", imports).catch(() =>
    installDebianPackages(["celery", "python3-django", "python3-psycopg2", "python3-redis"]),
  );
  const folder = makeFolder();
  cpSync(PROJECT, folder, { recursive: true });
  symlinkSync(join(process.cwd(), "test/node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, "run"));
  const all = blocksOf(PAGE);
  const withText = (text: string) => {
    const found = all.find(({ code }) => code.includes(text));
    if (found === undefined) throw new Error(`${PAGE} has no code with ${text}.`);
    return found.code.replaceAll("/run/shop", join(folder, "run"));
  };
  writeFileSync(join(folder, "shop/urls.py"), withText("urlpatterns ="));
  writeFileSync(join(folder, "shop/signals.py"), withText("heartbeat_sent.connect"));
  // The packages of Debian are those of its own Python, which may not be the first one on PATH.
  const path = `/usr/bin:${process.env.PATH ?? ""}`;
  const settings = { ...env, PATH: path, PYTHONDONTWRITEBYTECODE: "1" };
  const commands = all
    .filter(({ language }) => language === "sh")
    .flatMap(({ code }) => code.split("\n"));
  return {
    folder,
    configs: all
      .filter(({ language, code }) => language === "yaml" && code.startsWith("checks:"))
      .map(({ code }) => code.replaceAll("/run/shop", join(folder, "run"))),
    async start(program, replacements = {}) {
      const line = commands.find((command) => command.startsWith(`${program} `)) ?? "";
      const words = line.split(" ").map((word) => replacements[word] ?? word);
      const [first = "", ...args] = words;
      const path = (await run("sh", ["-c", 'command -v "$1"', "sh", first])).trim();
      return startProgram(path, { through: [], args, cwd: folder, env: settings, group: true });
    },
    async enqueue(count) {
      const script = `from shop.worker import mail\nfor _ in range(${count}): mail.delay("a")`;
      await run("/usr/bin/python3", ["-c", script], {
        cwd: folder,
        env: { ...process.env, ...settings },
      });
    },
  };
}

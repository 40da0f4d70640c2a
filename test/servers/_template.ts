import { randomUUID } from "node:crypto";
import { access, chown, mkdtemp, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guard } from "./_guard.ts";
import { run, type User, unprivilegedUser } from "./_run.ts";

const VARIABLE = "HALE_TEST_SERVER_TEMPLATES";

/**
 * Opens a folder in which all test processes of this run share their templates.
 *
 * Returns the function that removes it.
 */
export async function openTemplates(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "hale-templates-"));
  const user = await unprivilegedUser();
  if (user) await chown(folder, user.uid, user.gid);
  process.env[VARIABLE] = folder;
  return guard(folder).release;
}

/**
 * Fills `folder`, which must not exist, with what `build` makes; slow builds happen once a run.
 *
 * Outside of a run that opened its templates, `build` makes `folder` itself.
 */
export async function fromTemplate(
  name: string,
  folder: string,
  user: User | undefined,
  build: (folder: string) => Promise<void>,
): Promise<void> {
  const templates = process.env[VARIABLE];
  if (!templates) return build(folder);
  const template = join(templates, name);
  if (!(await exists(template))) {
    const draft = join(templates, `${name}-${randomUUID()}`);
    await build(draft);
    // Whoever is first wins; the drafts of others are as good, and go with the folder.
    await rename(draft, template).catch(() => {});
  }
  await run("cp", ["-R", template, folder], { user });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

import { allServers } from "./_all-servers.ts";
import { ensureAll } from "./_install.ts";
import { openTemplates } from "./_template.ts";
import { requiredTools } from "./_tools.ts";

/** Does nothing until there are templates, since a set-up that is interrupted is torn down too. */
let closeTemplates = async (): Promise<void> => {};

/**
 * Installs the servers and tools that are missing, all at once. Fails before the first test, with what to
 * install, where it may not.
 */
export async function setup(): Promise<void> {
  const servers = await allServers();
  await ensureAll([...servers.map(({ requirement }) => requirement), ...requiredTools()]);
  closeTemplates = await openTemplates();
}

export async function teardown(): Promise<void> {
  await closeTemplates();
}

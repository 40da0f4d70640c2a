import { allServers } from "./_all-servers.ts";
import { ensureAll } from "./_install.ts";
import { openTemplates } from "./_template.ts";

let closeTemplates: () => Promise<void>;

/** Fails before the first test, saying what to install, unless every kind of server can be started. */
export async function setup(): Promise<void> {
  const servers = await allServers();
  await ensureAll(servers.map(({ requirement }) => requirement));
  closeTemplates = await openTemplates();
}

export async function teardown(): Promise<void> {
  await closeTemplates();
}

import { guard } from "./_guard.ts";
import { ensureInstalled, type Requirement } from "./_install.ts";
import { reservePlace } from "./_place.ts";
import { unprivilegedUser } from "./_run.ts";
import { type RunningServer, runningServer, type Site, type Startup } from "./_running-server.ts";

export interface ServerDefinition<Options> extends Requirement {
  /** Runs it as an unprivileged user where the tests run as root. */
  readonly refusesRoot?: boolean;
  /** Fills the folder, once, and says how to start the server there. */
  start(site: Site, options: Partial<Options>): Startup | Promise<Startup>;
}

/** A kind of server that tests can start. */
export interface Server<Options> {
  readonly requirement: Requirement;
  /** Starts one and resolves once it answers; rejects with what it printed if it fails to. */
  start(options?: Partial<Options>): Promise<RunningServer>;
}

/**
 * Makes a kind of server startable from what is particular to it.
 *
 * Each server that it starts dies with the test process, however that ends.
 */
export function defineServer<Options extends object = object>(
  definition: ServerDefinition<Options>,
): Server<Options> {
  return {
    requirement: definition,
    async start(options = {}) {
      const program = await ensureInstalled(definition);
      const user = definition.refusesRoot ? await unprivilegedUser() : undefined;
      const site = { ...(await reservePlace(user)), program, user };
      const keeper = guard(site.folder);
      let server: RunningServer | undefined;
      try {
        server = runningServer(
          definition.name,
          site,
          await definition.start(site, options),
          keeper,
        );
        await server.restart();
        return server;
      } catch (error) {
        await server?.stop();
        await keeper.release();
        throw error;
      }
    },
  };
}

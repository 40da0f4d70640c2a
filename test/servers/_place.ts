import { randomInt } from "node:crypto";
import { once } from "node:events";
import { chown, mkdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { User } from "./_run.ts";

export const HOST = "127.0.0.1";

const PORTS_PER_PLACE = 10;
// Systems hand out higher ports to outgoing connections, one of which could otherwise take the
// port of a killed server before its restart.
const FIRST_BLOCK = 1_000;
const LAST_BLOCK = 3_200;

/** A port and a folder that belong to one server until the folder is removed. */
export interface Place {
  /** The first of ten ports that are this server's own. */
  readonly port: number;
  readonly folder: string;
}

/**
 * Reserves ten free ports and an empty folder.
 *
 * The folder's name holds the port, so that no other test process can take the same port while
 * the folder exists, not even while the server is down.
 */
export async function reservePlace(user?: User): Promise<Place> {
  for (;;) {
    const port = randomInt(FIRST_BLOCK, LAST_BLOCK) * PORTS_PER_PLACE;
    const folder = join(tmpdir(), `hale-server-${port}`);
    if (!(await created(folder))) continue;
    if (await allFree(port)) {
      if (user) await chown(folder, user.uid, user.gid);
      return { port, folder };
    }
    await rm(folder, { recursive: true });
  }
}

async function created(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function allFree(first: number): Promise<boolean> {
  const ports = Array.from({ length: PORTS_PER_PLACE }, (_, offset) => first + offset);
  return (await Promise.all(ports.map(isFree))).every(Boolean);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, HOST), "listening");
    return true;
  } catch {
    return false;
  } finally {
    if (server.listening) await once(server.close(), "close");
  }
}

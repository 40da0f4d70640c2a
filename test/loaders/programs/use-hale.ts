import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHealth, HaleError, type HealthOptions } from "hale";
import { cache } from "hale/checks";
import { attach } from "hale/node";
import { Keyv } from "keyv";

const options: HealthOptions = {
  logger: false,
  checks: {
    // Recognised, so that the body of its check is loaded on demand.
    cache: new Keyv(),
    made: cache({ client: new Keyv() }),
  },
};

/** Attaches a health to a server, asks it, and attaches it again, which is refused. */
export async function useHale() {
  const health = createHealth(options);
  const server = createServer((_request, response) => response.end("the service"));
  attach(server, health);
  let refused: unknown;
  try {
    attach(server, health);
  } catch (error) {
    refused = error instanceof HaleError ? error.code : error;
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  const used = {
    deep: await get("/health/deep"),
    live: await get("/health/live"),
    service: await get("/"),
    refused,
  };
  server.closeAllConnections();
  server.close();
  await health.close();
  return used;
}

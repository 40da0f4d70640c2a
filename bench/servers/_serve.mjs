/** What the two dependencies are called in every contestant, and how each is asked. */
async function openClients({ postgres, redis }) {
  if (postgres === undefined || redis === undefined) return {};
  const [{ default: pg }, { Redis }] = await Promise.all([import("pg"), import("ioredis")]);
  return { database: new pg.Pool({ connectionString: postgres }), cache: new Redis(redis) };
}

/**
 * Serves one contestant on a free port until the bench goes away, however that happens.
 *
 * `makeServer` gets the clients, which are absent where only liveness is asked for, and the answer
 * that the bare server is to give.
 */
export async function serve(makeServer) {
  const { answer, ...urls } = JSON.parse(process.argv[2]);
  process.on("disconnect", () => process.exit());
  const server = await makeServer({ clients: await openClients(urls), answer });
  process.on("message", () => process.send(process.cpuUsage()));
  server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
}

/** The two checks as a peer runs them, by name. */
export function checksOf({ database, cache }) {
  return { database: () => database.query("select 1"), cache: () => cache.ping() };
}

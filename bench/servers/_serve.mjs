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
  const clients = await openClients(urls);
  const server = await makeServer({ clients, answer });
  const replies = {
    cpuUsage: () => process.cpuUsage(),
    usePool: () => usePool(clients.database),
    pool: () => stateOf(clients.database),
  };
  process.on("message", async (question) => process.send(await replies[question]()));
  server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
}

/** Opens every connection of a pool, as a service that has been busy has done. */
async function usePool(pool) {
  const queries = Array.from({ length: pool.options.max }, () =>
    pool.query("select pg_sleep(0.2)"),
  );
  await Promise.all(queries);
  return stateOf(pool);
}

function stateOf({ totalCount, idleCount, waitingCount }) {
  return { taken: totalCount - idleCount, waiting: waitingCount };
}

/** The two checks as a peer runs them, by name. */
export function checksOf({ database, cache }) {
  return { database: () => database.query("select 1"), cache: () => cache.ping() };
}

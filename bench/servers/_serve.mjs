/** What the two dependencies are called in every contestant, and how each is asked. */
async function openClients({ postgres, redis }) {
  if (postgres === undefined || redis === undefined) return {};
  const [{ default: pg }, { Redis }] = await Promise.all([import("pg"), import("ioredis")]);
  return { database: new pg.Pool({ connectionString: postgres }), cache: new Redis(redis) };
}

/** Keeps the event loop from turning. */
function spin(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** The application: each answer to `/work` takes its time of the event loop. */
function work(server, milliseconds) {
  const others = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (request.url !== "/work") {
      for (const other of others) other.call(server, request, response);
      return;
    }
    spin(milliseconds);
    response.end("done");
  });
}

/**
 * Serves one contestant on a free port until the bench goes away, however that happens.
 *
 * `makeServer` gets the clients, which are absent where only liveness is asked for, the answer that
 * the bare server is to give, and the state that the service is to be in. A server that answers probes elsewhere says so in `probePort`.
 */
export async function serve(makeServer) {
  const { answer, busy, state, workFor, ...urls } = JSON.parse(process.argv[2]);
  process.on("disconnect", () => process.exit());
  const clients = await openClients(urls);
  const server = await makeServer({ clients, answer, state });
  const replies = {
    cpuUsage: () => process.cpuUsage(),
    usePool: () => usePool(clients.database),
    pool: () => stateOf(clients.database),
  };
  process.on("message", async (question) => process.send(await replies[question]()));
  if (workFor !== undefined) work(server, workFor);
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    process.send({ port, probePort: server.probePort ?? port });
    if (busy === undefined) return;
    const block = () => {
      // The clock is the same in every process of the machine.
      process.send({ blockedAt: Number(process.hrtime.bigint()) / 1e6 });
      spin(busy.blocked);
    };
    setTimeout(block, busy.every - busy.blocked);
    setInterval(block, busy.every);
  });
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

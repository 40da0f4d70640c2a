import cluster from "node:cluster";
import { createServer } from "node:http";
import { availableParallelism } from "node:os";
import { createHealth } from "hale";
import { clusterHealth, gracefulShutdown, listen, reportToPrimary } from "hale/node";
import pg from "pg";

const { DATABASE_URL, HOST, PORT = "8000", HEALTH_PORT = "9000" } = process.env;

if (cluster.isPrimary) {
  const workers = availableParallelism();
  const health = clusterHealth(createHealth(), { workers });
  gracefulShutdown({ health });
  for (let index = 0; index < workers; index++) cluster.fork();
  cluster.on("exit", (worker) => {
    if (!worker.exitedAfterDisconnect) cluster.fork(); // true where no replacement is wanted
  });
  await listen(health, { port: Number(HEALTH_PORT), host: HOST });
} else {
  const pool = new pg.Pool({ connectionString: DATABASE_URL });
  pool.on("error", (error) => console.error(error.message)); // pg ends the process otherwise
  const server = createServer(async (_request, response) => {
    const result = await pool.query("select now()").catch(() => undefined);
    response.statusCode = result === undefined ? 500 : 200;
    response.end(JSON.stringify(result?.rows[0] ?? { error: "The database failed." }));
  });
  const health = createHealth({ checks: { database: pool } });
  reportToPrimary(health);
  gracefulShutdown({ health, servers: [server], onClose: { database: () => pool.end() } });
  server.listen(Number(PORT), HOST);
}

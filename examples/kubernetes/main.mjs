import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";
import pg from "pg";

const { DATABASE_URL, HOST, PORT = "8000" } = process.env;

const pool = new pg.Pool({ connectionString: DATABASE_URL });
pool.on("error", (error) => console.error(error.message)); // pg ends the process otherwise

const server = createServer(async (_request, response) => {
  const result = await pool.query("select now()").catch(() => undefined);
  response.statusCode = result === undefined ? 500 : 200;
  response.end(JSON.stringify(result?.rows[0] ?? { error: "The database failed." }));
});

const health = createHealth({
  checks: { database: pool },
  http: { tokens: process.env.HEALTH_TOKEN ? [process.env.HEALTH_TOKEN] : [] }, // sees reasons
});
attach(server, health);
gracefulShutdown({ health, servers: [server], onClose: { database: () => pool.end() } });
server.listen(Number(PORT), HOST); // on every address: the kubelet asks at the pod's

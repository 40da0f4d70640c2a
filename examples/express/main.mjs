import { createServer } from "node:http";
import createApp from "express";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";
import { Redis } from "ioredis";
import pg from "pg";

const { DATABASE_URL, REDIS_URL = "redis://127.0.0.1:6379", HOST, PORT = "8000" } = process.env;

const pool = new pg.Pool({ connectionString: DATABASE_URL });
pool.on("error", (error) => console.error(error.message)); // pg ends the process otherwise
const cache = new Redis(REDIS_URL);
cache.on("error", (error) => console.error(error.message));

const app = createApp();
app.get("/", async (_request, response) => {
  const { rows } = await pool.query("select now()");
  response.json({ ...rows[0], visits: await cache.incr("visits") });
});

const server = createServer(app);
const health = createHealth({ checks: { database: pool, cache } });
attach(server, health); // answers probes before any middleware sees them
gracefulShutdown({
  health,
  servers: [server],
  onClose: { database: () => pool.end(), cache: () => cache.disconnect() },
});
server.listen(Number(PORT), HOST); // on every address, unless HOST names one

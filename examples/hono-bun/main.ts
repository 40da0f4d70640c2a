import { SQL } from "bun";
import { createHealth } from "hale";
import { healthMiddleware } from "hale/hono";
import { Hono } from "hono";

const { DATABASE_URL, HOST = "0.0.0.0", PORT = "8000", DRAIN_SECONDS = "10" } = process.env;

const sql = new SQL(DATABASE_URL);
const health = createHealth({ checks: { database: sql } });

const app = new Hono();
app.use(healthMiddleware(health)); // first, so that no other middleware meets a probe
app.get("/", async (context) => context.json((await sql`select now()`)[0]));

const server = Bun.serve({ hostname: HOST, port: Number(PORT), fetch: app.fetch });

process.once("SIGTERM", async () => {
  health.drain(); // readiness is 503 from now on, and requests are answered as before
  await Bun.sleep(Number(DRAIN_SECONDS) * 1000); // until the load balancer sends no more
  await Promise.race([server.stop(), Bun.sleep(10_000)]); // requests in flight
  await health.close();
  await sql.close();
  process.exit();
});

import createApp from "fastify";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";
import postgres from "postgres";

const { DATABASE_URL = "", HOST = "0.0.0.0", PORT = "8000" } = process.env;

const sql = postgres(DATABASE_URL);
const app = createApp({ logger: true });
app.get("/", async () => {
  const [row] = await sql`select now()`;
  return row;
});

const health = createHealth({ checks: { database: sql }, logger: app.log });
attach(app.server, health); // answers probes before any hook sees them, and logs no line for each
gracefulShutdown({
  health,
  servers: [app], // closed by app.close(), so that the hooks of its plugins run
  onClose: { database: () => sql.end({ timeout: 1 }) },
});
// Fastify listens on localhost alone by default, where no kubelet reaches it.
await app.listen({ port: Number(PORT), host: HOST });

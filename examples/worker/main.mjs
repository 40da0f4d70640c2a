import { Queue, Worker } from "bullmq";
import { createHealth } from "hale";
import { gracefulShutdown, listen } from "hale/node";
import { Redis } from "ioredis";

const { REDIS_URL = "redis://127.0.0.1:6379", HOST, PORT = "9000" } = process.env;

const connection = new Redis(REDIS_URL, { maxRetriesPerRequest: null });
connection.on("error", (error) => console.error(error.message));
const queue = new Queue("mails", { connection });
const worker = new Worker("mails", async (job) => console.log("sent", job.name), { connection });
queue.on("error", () => {}); // those of the connection, once more
worker.on("error", () => {});

const health = createHealth({ checks: { mails: queue } });
health.addStartupTask("connect the worker", worker.waitUntilReady());
gracefulShutdown({
  health,
  servers: [await listen(health, { port: Number(PORT), host: HOST })], // answers until the end
  onDrain: { mails: () => worker.close() }, // takes no new job, and finishes those it has begun
  onClose: { redis: () => connection.disconnect(), mails: () => queue.close() }, // the last first
  hookTimeout: 20_000, // as long as the longest job
});

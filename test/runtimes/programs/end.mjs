// The end of "The end on Bun and Deno" in docs/runtimes.md, with short times, and a stream that never ends by itself.
import process from "node:process";
import { healthHandler } from "../../../dist/adapters/fetch.js";
import { createHealth } from "../../../dist/index.js";

const health = createHealth({ logger: false });
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const fallback = () =>
  new Response(
    new ReadableStream({
      start: (stream) => stream.enqueue(new TextEncoder().encode("data: 1\n\n")),
    }),
  );
const fetch = healthHandler(health, { fallback });
const place = { port: Number(process.env.PORT), hostname: "127.0.0.1" };
const server = globalThis.Bun ? Bun.serve({ ...place, fetch }) : Deno.serve(place, fetch);
const pool = { end: async () => console.log("the pool is closed") };

process.once("SIGTERM", async () => {
  health.drain();
  await pause(50);
  const stopped = globalThis.Bun ? server.stop() : server.shutdown();
  await Promise.race([stopped, pause(200)]);
  await health.close();
  await Promise.race([pool.end(), pause(200)]);
  process.exit();
});
console.log("listening");

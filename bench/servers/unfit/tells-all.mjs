// A health check that was made for its developers: versions, hosts, credentials and stack traces.
import { serve } from "./_serve.mjs";

serve(({ method }, response) => {
  if (method !== "GET") {
    const { stack } = new Error(`${method} is not supported`);
    response.writeHead(500, { "content-type": "text/plain" }).end(stack);
    return;
  }
  const body = JSON.stringify({
    status: "UP",
    version: "4.2.0",
    uptime: process.uptime(),
    hostname: "shop-7d9f6c",
    database: { url: "postgres://shop:hunter2@db.internal:5432/shop", server: "PostgreSQL 16.2" },
  });
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-powered-by": "Express",
    server: "nginx/1.25.3",
  });
  response.end(body);
});

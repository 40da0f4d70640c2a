import { createServer } from "node:http";
import { serve } from "./_serve.mjs";

/** Milliseconds between two queries of a client, as often as hale asks it. */
const INTERVAL = 1000;

await serve(({ clients: { database, cache }, answer: { status, headers, body } }) => {
  setInterval(() => Promise.all([database.query("select 1"), cache.ping()]), INTERVAL);
  return createServer((_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  });
});

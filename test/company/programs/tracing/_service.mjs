// A service that calls another one: for requests, for a check on demand, and for one in the background. The program of each
// instrumentation imports it once that is set up.
import http from "node:http";
import { createHealth, defineCheck } from "hale";
import { attach } from "hale/node";

const { UPSTREAM } = process.env;

const byFetch = async (path) => (await fetch(`${UPSTREAM}${path}`)).text();
const byHttp = (path) =>
  new Promise((resolve, reject) => {
    http
      .get(`${UPSTREAM}${path}`, (response) => response.resume().on("end", resolve))
      .on("error", reject);
  });

/** Serves on a port of its own, and says which. */
export function serve() {
  const health = createHealth({
    logger: false,
    checks: {
      demanded: () => byFetch("/called-by-check"),
      background: defineCheck({
        scope: "dependency",
        interval: 100,
        run: () => byHttp("/called-by-check"),
      }),
    },
  });
  const server = http.createServer(async (_request, response) => {
    await byFetch("/called-for-order");
    await byHttp("/called-for-order");
    response.end("Hello");
  });
  attach(server, health);
  server.listen(0, "127.0.0.1", () => {
    console.log(`process ${process.pid} listens on ${server.address().port}`);
  });
}

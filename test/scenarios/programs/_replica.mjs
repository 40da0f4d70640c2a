import cluster from "node:cluster";
import { appendFileSync } from "node:fs";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

/** What every path answers; the client knows its length. */
export const BODY = "x".repeat(1000);

/** Milliseconds after which each path answers. */
export const HANDLERS = { "/fast": 50, "/slow": 3000 };

/** Milliseconds between the first and the second half of what `/stream` answers. */
export const STREAMED = 3000;

export const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Answers in two halves, with the time between in which a server may be told to end. */
export async function* halves() {
  yield BODY.slice(0, 500);
  await delay(STREAMED);
  yield BODY.slice(500);
}

/**
 * The way to end that the test asks for, the port, the folder for what is said at the end, and the file for the numbers of the
 * requests that have come.
 */
const { port, leaving, reports, received } = JSON.parse(process.argv.at(-1));

/** Under pm2, which may lose the last lines of what is printed, each process has a file of its own. */
const say =
  reports === undefined
    ? console.log
    : (line) => appendFileSync(`${reports}/${process.pid}`, `${line}\n`);

process.once("disconnect", () => process.exit());
// Whoever listens for that would otherwise stay alive for it; a worker of a cluster listens through it.
if (cluster.isPrimary) process.channel?.unref();

/** Puts health endpoints before a server, ends it as the test asks for, and then calls `listen`. */
export async function serveReplica(server, listen) {
  const health = createHealth();
  attach(server, health);
  // Longer than the proxy keeps an idle connection. Where the server ends it first, a request may
  // already be on its way, also while nothing is restarted.
  server.keepAliveTimeout = 75_000;
  server.prependListener("request", ({ headers }) => note(headers["request-number"]));
  onSignal(() => tellOfTheEnd(server, performance.now()));
  LEAVING[leaving.by](server, health, leaving);
  // With hale pm2 is told by gracefulShutdown().
  if (reports !== undefined && leaving.by !== "hale") {
    server.once("listening", () => process.send("ready"));
  }
  await listen(port);
}

/** Notes a request at once, so that also a process that is killed has noted it. */
function note(number) {
  if (number !== undefined && received !== undefined) appendFileSync(received, `${number}\n`);
}

/** Calls a function at the signal of an orchestrator, or at that of pm2. */
function onSignal(listener) {
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, listener);
}

/** Says for how long the server went on to listen, and the process to run. */
function tellOfTheEnd(server, from) {
  const passed = () => `${Math.round(performance.now() - from)} ms`;
  const tell = () => {
    clearInterval(looking);
    process.off("exit", tell);
    say(`listened for ${passed()}`);
  };
  say("told to end");
  const looking = setInterval(() => {
    if (!server.listening) tell();
  }, 20);
  process.once("exit", tell);
  process.once("exit", (code) => say(`ended with ${code} after ${passed()}`));
}

const exit = () => process.exit(0);

const LEAVING = {
  hale: (server, health, { drain }) => gracefulShutdown({ health, servers: [server], drain }),
  close: (server) => onSignal(() => server.close(exit)),
  delay: (server, health, { milliseconds }) =>
    onSignal(() => {
      health.drain();
      setTimeout(() => {
        server.close(exit);
        // Connections whose last response comes now are kept open, and would be waited for.
        setInterval(() => server.closeIdleConnections(), 100);
      }, milliseconds);
    }),
};

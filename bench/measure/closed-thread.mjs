// Ends the probe thread while requests come. Its arguments are how, the port, and how often.
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { createHealth } from "hale";
import { gracefulShutdown, listen } from "hale/node";

const [way, ...numbers] = process.argv.slice(2);
const [port, times] = numbers.map(Number);
const health = createHealth({ logger: false, checks: { nothing: async () => {} } });
health.markStarted();
const place = { host: "127.0.0.1", port, thread: true };
const tell = (milliseconds) => new Promise((resolve) => process.send({ milliseconds }, resolve));

/** Resolves once the port answers, so that the clients are at it. */
const answers = () =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET /livez HTTP/1.0\r\n\r\n"));
    socket.on("data", resolve).on("error", () => delay(5).then(answers).then(resolve));
  });

if (way === "close") {
  for (let time = 0; time < times; time++) {
    const server = await listen(health, place);
    await answers();
    await delay(20);
    const begun = performance.now();
    await server.close();
    await tell(performance.now() - begun);
  }
  process.exit();
}
const probes = await listen(health, place);
await answers();
if (way === "SIGTERM") {
  gracefulShutdown({ health, servers: [probes], drain: { max: 0 } });
  setInterval(() => {}, 1000);
  await tell(0);
} else {
  await delay(20);
  const begun = performance.now();
  process.on("exit", () => process.send({ milliseconds: performance.now() - begun }));
  process.exit();
}

// A worker without a server: its own timer holds it open until onDrain stops it, or nothing does.
import { createHealth } from "hale";
import { gracefulShutdown } from "hale/node";

const working = process.argv[2] === "work" ? setInterval(() => {}, 1000) : undefined;
gracefulShutdown({
  health: createHealth(),
  onDrain: { jobs: () => clearInterval(working) },
  onClose: { connection: () => new Promise((resolve) => setTimeout(resolve, 20).unref()) },
});
console.log("works");

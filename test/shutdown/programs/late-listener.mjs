// A service that listens to its parent later than hale does.
import { createHealth } from "hale";
import { gracefulShutdown } from "hale/node";

const { dispose } = gracefulShutdown({ health: createHealth({ logger: false }) });
console.log("hale listens");
// Nothing but this holds it open until the messages have come.
const waiting = setInterval(() => {}, 1000);
const emit = process.emit;
process.emit = function (event, message, ...rest) {
  if (event === "message" && message === "listen") setImmediate(listen);
  return emit.call(this, event, message, ...rest);
};

function listen() {
  process.emit = emit;
  process.on("message", (message) => {
    console.log(`got ${JSON.stringify(message)}`);
    if (message !== "listen") return;
    clearInterval(waiting);
    dispose();
    process.disconnect();
  });
}

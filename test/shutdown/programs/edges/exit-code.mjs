// The service says by itself how it ends.
import { createHealth } from "hale";
import { gracefulShutdown } from "hale/node";

gracefulShutdown({
  health: createHealth(),
  onClose: {
    report: () => {
      process.exitCode = 3;
    },
  },
});
setInterval(() => {}, 1000);
console.log("works");

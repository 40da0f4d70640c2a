// An endpoint that asks its dependencies anew for each caller, one after another, and tells all that it has read of them.
import { serve } from "./_serve.mjs";

let queue = Promise.resolve();

serve((_request, response) => {
  queue = queue.then(() => new Promise((resolve) => setTimeout(resolve, 40)));
  void queue.then(() => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"status":"ok","rows":"');
    setImmediate(() => response.end(`${"x".repeat(20_000)}"}`));
  });
});

// An endpoint behind a filter that limits the rate, and lets in browsers alone.
import { serve } from "./_serve.mjs";

let second = 0;
let count = 0;

serve(({ headers }, response) => {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    count = 0;
  }
  const body = '{"status":"ok"}';
  const agent = headers["user-agent"];
  if (++count > 20) response.writeHead(429, { "retry-after": "1" }).end();
  else if (agent !== undefined && !/Mozilla|curl/.test(agent)) response.writeHead(403).end();
  else {
    response.writeHead(200, { "cache-control": "no-store", "content-length": body.length });
    response.end(body);
  }
});

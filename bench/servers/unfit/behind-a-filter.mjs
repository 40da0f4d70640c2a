// An endpoint behind a filter that refuses bursts, and lets in browsers alone.
import { serve } from "./_serve.mjs";

let underWay = 0;

serve(({ headers }, response) => {
  const body = '{"status":"ok"}';
  const agent = headers["user-agent"];
  if (underWay >= 20) response.writeHead(429, { "retry-after": "1" }).end();
  else if (agent !== undefined && !/Mozilla|curl/.test(agent)) response.writeHead(403).end();
  else {
    underWay++;
    setTimeout(() => {
      underWay--;
      response.writeHead(200, { "cache-control": "no-store", "content-length": body.length });
      response.end(body);
    }, 20);
  }
});

// An application that admits the hosts of its list alone, and sends all that is not https there.
import { serve } from "./_serve.mjs";

serve(({ headers, url }, response) => {
  const name = headers.host?.replace(/:\d+$/, "") ?? "";
  if (!["127.0.0.1", "shop.example"].includes(name)) {
    response.writeHead(400, { "content-type": "text/html" }).end("<h1>Bad Request (400)</h1>");
  } else if (headers["x-forwarded-proto"] === "http") {
    response.writeHead(301, { location: `https://${headers.host}${url}` }).end();
  } else {
    response.writeHead(200, { "cache-control": "no-store", "content-length": 2 }).end("OK");
  }
});

import { createServer } from "node:http";
import { serve } from "./_serve.mjs";

await serve(({ answer: { status, headers, body } }) =>
  createServer((_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  }),
);

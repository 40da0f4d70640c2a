// A single page application: each path is 200 with its page, and each visitor has a session.
import { serve } from "./_serve.mjs";

let sessions = 0;

serve((_request, response) => {
  const page = `<!doctype html><title>Shop</title><p>${new Date().toISOString()}</p>`;
  response.writeHead(200, {
    "content-type": "text/html",
    "cache-control": "public, max-age=60",
    "set-cookie": `sid=${++sessions}; Path=/`,
  });
  response.end(page);
});

import { type AdapterRule, ALLOW, compareHeaders, OK, verdict } from "./audited.ts";

/** Rules about methods and versions of HTTP. */
export const METHOD_RULES: readonly AdapterRule[] = [
  {
    id: "head",
    name: "MUST answer HEAD with the status and headers of GET, and without a body",
    why: "Monitors send HEAD, and a client reads a body after it as the next response.",
    source: "RFC 9110, section 9.3.2",
    async verify({ request, set }, compare) {
      for (const state of ["up", "down"] as const) {
        await set(state);
        const get = await request("GET", "/health/deep");
        const head = await request("HEAD", "/health/deep");
        compare("The status of HEAD", head.status, get.status);
        compare("The body of HEAD", head.body, "");
        compareHeaders("HEAD", head, get, compare);
      }
    },
  },
  {
    id: "options",
    name: "MUST answer OPTIONS with the status and body of GET, and with Allow",
    why: "HAProxy sends OPTIONS by default.",
    source: "RFC 9110, section 9.3.7; HAProxy, option httpchk",
    async verify({ request, set }, compare) {
      for (const state of ["up", "down"] as const) {
        await set(state);
        const get = await request("GET", "/health/deep");
        const options = await request("OPTIONS", "/health/deep");
        compare("OPTIONS /health/deep", verdict(options), verdict(get));
        compare("Allow", options.headers.allow, ALLOW);
      }
    },
  },
  {
    id: "http-1.0",
    name: "MUST answer OPTIONS over HTTP/1.0 without a Host, as HAProxy sends it",
    why: "A server that requires a Host answers 400, and HAProxy removes the replica.",
    source: "RFC 9112, section 3.2; HAProxy, option httpchk",
    async verify({ send }, compare) {
      const reply = await send("OPTIONS /health/ready HTTP/1.0\r\n\r\n");
      compare("OPTIONS /health/ready over HTTP/1.0", verdict(reply), OK);
    },
  },
  {
    id: "other-methods",
    name: "MUST answer any other method with 405 and Allow, without reading the body",
    why: "Health endpoints are read-only; a 200 would hide a misconfigured prober.",
    source: "RFC 9110, section 15.5.6",
    async verify({ request }, compare) {
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const reply = await request(method, "/health", { body: "x".repeat(1000) });
        compare(`The status of ${method}`, reply.status, 405);
        compare(`Allow after ${method}`, reply.headers.allow, ALLOW);
      }
    },
  },
  {
    id: "body-unread",
    name: "MUST answer a GET before the body that it announces has arrived",
    why: "A client that never sends its body must not delay a response.",
    source: "RFC 9110, section 9.3.1",
    async verify({ send }, compare) {
      const head = "Host: a\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n";
      compare("GET /health", verdict(await send(`GET /health HTTP/1.1\r\n${head}x`)), OK);
    },
  },
];

import type { EndpointRule } from "./endpoint.ts";

/** Rules about methods and versions of HTTP. */
export const METHOD_RULES: readonly EndpointRule[] = [
  {
    id: "endpoint-head",
    state: "up",
    name: "MUST answer HEAD with the status of GET, and without a body",
    why: "Monitors send HEAD, and a client reads a body after it as the next response.",
    source: "RFC 9110, section 9.3.2",
    async verify({ client }, compare) {
      const head = await client.request("HEAD");
      compare("The status of HEAD", head.status, (await client.request("GET")).status);
      compare("The body of HEAD", head.body, "");
    },
  },
  {
    id: "endpoint-options",
    state: "up",
    name: "SHOULD answer OPTIONS over HTTP/1.0 without a Host with success",
    why: "HAProxy sends it by default.",
    source: "HAProxy, option httpchk",
    async verify({ client }, _compare, { fail }) {
      const { status } = await client.send(`OPTIONS ${client.path} HTTP/1.0\r\n\r\n`);
      if (status < 200 || status >= 400) {
        fail(`The status is ${status}, but should be from 200 to 399.`);
      }
    },
  },
  {
    id: "endpoint-post",
    state: "up",
    name: "SHOULD answer POST with 405 and Allow",
    why: "Health endpoints are read-only; a 200 would hide a misconfigured prober.",
    source: "RFC 9110, section 15.5.6",
    async verify({ client }, compare, { fail }) {
      const { status, headers } = await client.request("POST", { body: "x" });
      compare("The status of POST", status, 405);
      if (headers.allow === undefined) fail("The answer to POST has no Allow.");
    },
  },
  {
    id: "endpoint-body-unread",
    state: "up",
    name: "SHOULD answer a GET before the body that it announces has arrived",
    why: "A client that never sends its body must not delay a response.",
    source: "RFC 9110, section 9.3.1",
    async verify({ client }, compare) {
      const head = "Host: a\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n";
      const { status } = await client.send(`GET ${client.path} HTTP/1.1\r\n${head}x`);
      compare("The status", status, 200);
    },
  },
];

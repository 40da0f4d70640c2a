import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { HttpClient } from "../../../checks/index.ts";

type HttpFetch = Extract<HttpClient, (...parameters: never[]) => unknown>;

/**
 * Makes a `fetch` over `node:http`, which sends a `Host` header of the operator's, as the runtime's own does not, and
 * reaches a server by a Unix socket.
 */
export function nodeFetch(socketPath?: string): HttpFetch {
  return (url, { method, headers, signal }) =>
    new Promise((resolve, reject) => {
      const request = url.startsWith("https:") ? requestHttps : requestHttp;
      const options = { method, headers, signal, ...(socketPath !== undefined && { socketPath }) };
      const outgoing = request(url, options, (response) => {
        const get = (name: string) => {
          const value = response.headers[name.toLowerCase()];
          return Array.isArray(value) ? value.join(", ") : (value ?? null);
        };
        resolve({ status: response.statusCode ?? 0, headers: { get }, body: response });
      });
      outgoing.on("error", reject);
      outgoing.end();
    });
}

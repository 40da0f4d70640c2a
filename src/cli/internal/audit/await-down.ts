import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { setTimeout as wait } from "node:timers/promises";

/** Milliseconds between two requests. */
const INTERVAL = 250;

/**
 * Requests an endpoint until a prober with a `timeout` would count it as failed, for `patience` milliseconds at most.
 * Resolves to whether it did.
 */
export async function awaitDown(url: URL, timeout: number, patience: number): Promise<boolean> {
  const end = performance.now() + patience;
  while (performance.now() < end) {
    const status = await statusOf(url, timeout);
    if (status === undefined || status >= 400) return true;
    await wait(INTERVAL);
  }
  return false;
}

/** Resolves to the status of one response; to `undefined` without any in time. */
function statusOf(url: URL, limit: number): Promise<number | undefined> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(limit);
    request(url, { agent: false, signal, rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", () => resolve(undefined))
      .end();
  });
}

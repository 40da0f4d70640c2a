import { connect } from "node:http2";

/**
 * Sends a GET over HTTP/2 and TLS, and resolves to the status; to `undefined` when the server does not select HTTP/2.
 */
export function statusOverHttp2(url: URL, within: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const session = connect(url.origin, { rejectUnauthorized: false });
    const timer = setTimeout(() => {
      reject(new Error(`No response over HTTP/2 was complete within ${within} ms.`));
      session.destroy();
    }, within);
    const settle = (status: number | undefined) => {
      clearTimeout(timer);
      resolve(status);
      session.destroy();
    };
    session.on("error", () => settle(undefined));
    session.on("connect", () => {
      const request = session.request({ ":path": `${url.pathname}${url.search}` });
      request.on("response", ({ ":status": status }) => settle(status));
      request.on("error", (failure) => {
        clearTimeout(timer);
        reject(new Error(`The request over HTTP/2 failed: ${failure.message}.`));
        session.destroy();
      });
      request.end();
    });
  });
}

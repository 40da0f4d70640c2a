import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { callHealthCheck } from "../../../../src/cli/internal/probe/grpc-call.ts";
import { exchange, type HttpQuery } from "../../../../src/cli/internal/probe/http-exchange.ts";
import { exchangeHttp10 } from "../../../../src/cli/internal/probe/http10-exchange.ts";
import { TimeoutReason } from "../../../../src/cli/internal/probe/probe-failure.ts";
import {
  type GrpcTarget,
  type HttpTarget,
  parseTarget,
} from "../../../../src/cli/internal/probe/target.ts";

const TLS = { verify: true };
const QUERY: HttpQuery = { method: "GET", headers: {}, tls: TLS, keep: 1024, body: "whole" };

/** What ends the time of an attempt, when the test says so. */
function attemptTime() {
  const controller = new AbortController();
  return { signal: controller.signal, end: () => controller.abort(new TimeoutReason(1500)) };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const timedOut = (stage: string, words: string) => ({
  code: "HALE_TIMEOUT",
  stage,
  message: `timed out after 1500ms, ${words}`,
});

test.each([
  ["HTTP/1.1", exchange],
  ["HTTP/1.0", exchangeHttp10],
])("a TLS handshake that is not answered is told from a connection, by %s", async (_, send) => {
  const { signal, end } = attemptTime();
  // The first bytes of a handshake show that the connection is established.
  const server = createTcpServer((socket) => socket.once("data", () => setImmediate(end)));
  const target = parseTarget(`https://127.0.0.1:${await portOf(server)}/`) as HttpTarget;
  await expect(send(target, QUERY, signal)).rejects.toMatchObject(
    timedOut("handshake", "during the TLS handshake"),
  );
});

test.each([
  ["HTTP/1.1", exchange],
  ["HTTP/1.0", exchangeHttp10],
])("a request by %s that is not answered waits for the response", async (_, send) => {
  const { signal, end } = attemptTime();
  const server = createServer(end);
  const target = parseTarget(`http://127.0.0.1:${await portOf(server)}/`) as HttpTarget;
  await expect(send(target, QUERY, signal)).rejects.toMatchObject(
    timedOut("response", "waiting for the response"),
  );
});

test("a body that does not end is being read", async () => {
  const { signal, end } = attemptTime();
  const server = createServer((_, response) => void response.write("begun"));
  const channel = "http.client.response.finish";
  // Node publishes it when the head has come, before the event of the request.
  const onResponse = () => void setImmediate(end);
  subscribe(channel, onResponse);
  onTestFinished(() => void unsubscribe(channel, onResponse));
  const target = parseTarget(`http://127.0.0.1:${await portOf(server)}/`) as HttpTarget;
  await expect(exchange(target, QUERY, signal)).rejects.toMatchObject(
    timedOut("body", "reading the body"),
  );
});

test("a gRPC server that is connected to and does not answer is waited for", async () => {
  const { signal, end } = attemptTime();
  const server = createTcpServer((socket) => socket.on("data", () => setImmediate(end)));
  const target = parseTarget(`grpc://127.0.0.1:${await portOf(server)}`) as GrpcTarget;
  await expect(callHealthCheck(target, TLS, {}, signal)).rejects.toMatchObject(
    timedOut("response", "waiting for the response"),
  );
});

test("a time that is over before the attempt has begun ends it too", async () => {
  const { signal, end } = attemptTime();
  const server = createTcpServer((socket) => socket.resume());
  const port = await portOf(server);
  end();
  const http = parseTarget(`http://127.0.0.1:${port}/`) as HttpTarget;
  const grpc = parseTarget(`grpc://127.0.0.1:${port}`) as GrpcTarget;
  await expect(exchange(http, QUERY, signal)).rejects.toMatchObject({ code: "HALE_TIMEOUT" });
  await expect(exchangeHttp10(http, QUERY, signal)).rejects.toMatchObject({ code: "HALE_TIMEOUT" });
  await expect(callHealthCheck(grpc, TLS, {}, signal)).rejects.toMatchObject({
    code: "HALE_TIMEOUT",
  });
  await once(server.close(), "close");
});

test("by HTTP/1.0 a header is there when it was sent, and never by its name alone", async () => {
  const { signal } = attemptTime();
  const head = "HTTP/1.0 200 OK\r\n__proto__: a\r\nno header\r\nVia: x\r\nvia: y\r\n\r\n";
  const server = createTcpServer((socket) => socket.end(head));
  const target = parseTarget(`http://127.0.0.1:${await portOf(server)}/`) as HttpTarget;
  const { headers } = await exchangeHttp10(target, QUERY, signal);
  expect(Object.entries(headers)).toEqual([
    ["__proto__", "a"],
    ["via", "x, y"],
  ]);
  expect(headers.constructor).toBeUndefined();
});

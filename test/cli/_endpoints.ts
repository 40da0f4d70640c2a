import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from "node:net";
import { onTestFinished } from "vitest";
import { CERTIFICATE } from "../_support/certificate.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers of every kind, by their paths. */
const ANSWERS: Readonly<Record<string, Handler>> = {
  "/ok": (_, response) => {
    response.setHeader("content-type", "application/json");
    response.end('{"status":"ok","checks":{"database":"ok","a/b":[1,{"c~d":null}]}}');
  },
  "/empty": (_, response) => response.writeHead(204).end(),
  "/failed": (_, response) => response.writeHead(503).end('{"status":"failed"}'),
  "/busy": (_, response) => response.writeHead(429).end("busy"),
  "/degraded": (_, response) => response.setHeader("x-envoy-degraded", "").end("degraded"),
  "/moved": (_, response) => response.writeHead(301, { location: "/ok" }).end(),
  "/moved-to-failed": (_, response) => response.writeHead(302, { location: "/failed" }).end(),
  "/login": (_, response) =>
    response.writeHead(302, { location: "http://me:secret@login.invalid/?next=/" }).end(),
  "/no-location": (_, response) => response.writeHead(304).end(),
  "/loop": (_, response) => response.writeHead(302, { location: "/loop" }).end(),
  "/hang": () => {},
  "/slow-body": (_, response) => void response.write("begun"),
  "/long": (_, response) => response.end("x".repeat(200_000)),
  "/endless": (_, response) => void response.write("x".repeat(20_000)),
  "/cut": (_, response) => {
    response.setHeader("content-length", "100");
    response.write("begun", () => response.destroy());
  },
  "/colours": (_, response) => response.writeHead(500).end("\u001b[31mred\u202e\r\nline two\u0007"),
  "/echo": (request, response) => {
    const { method, url, httpVersion, rawHeaders } = request;
    response.end(JSON.stringify({ method, url, httpVersion, rawHeaders }));
  },
};

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.replace(/\?.*/, "") ?? "";
  const handler = ANSWERS[path] ?? ((_, missing) => missing.writeHead(404).end("nothing here"));
  handler(request, response);
}

/** A server of a test: where it listens, and the requests that it has received. */
export interface Endpoint {
  readonly port: number;
  /** The raw heads of all requests, where the server is `raw`. */
  readonly received: readonly string[];
}

async function listen(server: Server, received: readonly string[] = []): Promise<Endpoint> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, received };
}

/** Starts an HTTP server with answers of every kind. */
export const startHttp = () => listen(createServer(answer));

/** Starts the same server over TLS, with a certificate of localhost that is signed by itself. */
export const startHttps = (options: ServerOptions = {}) =>
  listen(createSecureServer({ ...CERTIFICATE, ...options }, answer));

/** Starts the same server on a Unix socket. */
export async function startUnix(path: string): Promise<void> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
}

/** Starts a server that keeps each request as it came, and writes a reply of any bytes. */
export function startRaw(reply: string): Promise<Endpoint> {
  const received: string[] = [];
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      received.push(chunk.toString("latin1"));
      socket.end(reply, "latin1");
    });
  });
  return listen(server, received);
}

/** Starts a server that closes each connection at once, with a reset. */
export const startResetting = () => listen(createTcpServer((socket) => socket.resetAndDestroy()));

/** Starts a server that accepts connections and never answers. */
export const startSilent = () => listen(createTcpServer((socket) => socket.resume()));

import { Socket } from "node:net";
import { expect, test } from "vitest";
import { ConnectionLimiter } from "../../src/server/internal/connection-limiter.ts";

/** So many connections with room for no more, the oldest first. */
function full(most: number, limits: { requestsPerConnection?: number; requests?: number } = {}) {
  const connections = new ConnectionLimiter({
    connections: most,
    requestsPerConnection: 16,
    requests: 1024,
    ...limits,
  });
  const sockets = Array.from({ length: most }, () => new Socket());
  for (const socket of sockets) connections.add(socket);
  const ended = () => sockets.flatMap(({ destroyed }, index) => (destroyed ? [index] : []));
  return { connections, sockets, ended };
}

test("for one that comes, the one that was used longest ago ends", () => {
  const { connections, sockets, ended } = full(3);
  expect(ended()).toEqual([]);
  connections.begin(sockets[0] as Socket);
  connections.end(sockets[0] as Socket);
  const newcomer = new Socket();
  connections.add(newcomer);
  expect(ended()).toEqual([1]);
  connections.add(new Socket());
  expect(ended()).toEqual([1, 2]);
  expect(newcomer.destroyed).toBe(false);
});

test("one whose answer is under way is spared while there is another", () => {
  const { connections, sockets, ended } = full(3);
  connections.begin(sockets[0] as Socket);
  connections.begin(sockets[1] as Socket);
  connections.add(new Socket());
  expect(ended()).toEqual([2]);
});

test("one that has sent two requests is spared until both are answered", () => {
  const { connections, sockets, ended } = full(2);
  const pipelined = sockets[0] as Socket;
  connections.begin(pipelined);
  connections.begin(pipelined);
  connections.end(pipelined);
  connections.add(new Socket());
  expect(ended()).toEqual([1]);
  connections.end(pipelined);
  expect(pipelined.destroyed).toBe(false);
});

test("where every answer is under way, the one busy for longest ends, and the newcomer does not", () => {
  const { connections, sockets, ended } = full(2);
  for (const socket of sockets) connections.begin(socket);
  const newcomer = new Socket();
  connections.add(newcomer);
  expect(ended()).toEqual([0]);
  expect(newcomer.destroyed).toBe(false);
});

test("one that has gone makes room", async () => {
  const { connections, sockets, ended } = full(2);
  const gone = new Promise((resolve) => (sockets[0] as Socket).once("close", resolve));
  sockets[0]?.destroy();
  await gone;
  connections.add(new Socket());
  expect(ended()).toEqual([0]);
});

test("all can be ended", () => {
  const { connections, sockets, ended } = full(2);
  connections.begin(sockets[1] as Socket);
  connections.endAll();
  expect(ended()).toEqual([0, 1]);
});

/** Begins so many requests on a connection. */
function begin(connections: ConnectionLimiter, socket: Socket | undefined, requests: number) {
  for (let count = 0; count < requests; count++) connections.begin(socket as Socket);
}

test("where every answer is under way, the connection with most of them ends", () => {
  const { connections, sockets, ended } = full(3);
  begin(connections, sockets[0], 1);
  begin(connections, sockets[1], 3);
  begin(connections, sockets[2], 2);
  connections.add(new Socket());
  expect(ended()).toEqual([1]);
});

test("a connection has room for so many requests, less those that are under way", () => {
  const { connections, sockets } = full(1, { requestsPerConnection: 3 });
  const [socket] = sockets as [Socket];
  expect(connections.room(socket)).toBe(3);
  begin(connections, socket, 2);
  expect(connections.room(socket)).toBe(1);
  connections.end(socket);
  connections.end(socket);
  expect(connections.room(socket)).toBe(3);
});

test("one request too many of all ends the connection with most, never one that has a single one", () => {
  const { connections, sockets, ended } = full(3, { requests: 4 });
  begin(connections, sockets[0], 1);
  begin(connections, sockets[1], 2);
  begin(connections, sockets[2], 1);
  expect(ended()).toEqual([]);
  begin(connections, sockets[0], 1);
  // Of equals, the one that has been busy for longest.
  expect(ended()).toEqual([0]);
  begin(connections, sockets[2], 1);
  expect(ended()).toEqual([0]);
  begin(connections, sockets[1], 1);
  expect(ended()).toEqual([0, 1]);
});

test("what was under way on a connection that has gone is not counted any more", async () => {
  const { connections, sockets, ended } = full(2, { requests: 2 });
  begin(connections, sockets[0], 2);
  const gone = new Promise((resolve) => (sockets[0] as Socket).once("close", resolve));
  sockets[0]?.destroy();
  await gone;
  connections.end(sockets[0] as Socket);
  begin(connections, sockets[1], 2);
  expect(ended()).toEqual([0]);
});

/** Makes a connection look as if this much of its answers had not been taken. */
function leaveUnread(socket: Socket | undefined, bytes: number) {
  Object.defineProperty(socket, "writableLength", { value: bytes, configurable: true });
}

test("a client that takes no answer at so many looks in a row is cut off", () => {
  const { connections, sockets, ended } = full(3);
  for (const socket of sockets) begin(connections, socket, 2);
  leaveUnread(sockets[0], 100);
  leaveUnread(sockets[1], 100);
  connections.endUnread(3);
  connections.endUnread(3);
  // One of them takes an answer, and so has another three looks.
  connections.end(sockets[1] as Socket);
  connections.endUnread(3);
  expect(ended()).toEqual([0]);
  connections.endUnread(3);
  connections.endUnread(3);
  expect(ended()).toEqual([0]);
  connections.endUnread(3);
  expect(ended()).toEqual([0, 1]);
});

test("a client that waits for an answer which is not written yet is not cut off", () => {
  const { connections, sockets, ended } = full(1);
  begin(connections, sockets[0], 1);
  for (let look = 0; look < 10; look++) connections.endUnread(3);
  expect(ended()).toEqual([]);
});

/** A socket of a client at an address. */
function socketFrom(address: string) {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: address, configurable: true });
  return socket;
}

test("of those from the address with most connections, the one used longest ago ends", () => {
  const connections = new ConnectionLimiter({
    connections: 5,
    requestsPerConnection: 16,
    requests: 10,
  });
  const prober = socketFrom("10.0.0.1");
  const balancer = [socketFrom("10.0.0.2"), socketFrom("10.0.0.2")];
  const strangers = [socketFrom("10.0.0.3"), socketFrom("10.0.0.3")];
  for (const socket of [prober, ...balancer, ...strangers]) connections.add(socket);
  for (let count = 0; count < 20; count++) connections.add(socketFrom("10.0.0.3"));
  expect([prober, ...balancer].map(({ destroyed }) => destroyed)).toEqual([false, true, false]);
  expect(strangers.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});

test("where every connection of that address has requests under way, another one ends", () => {
  const connections = new ConnectionLimiter({
    connections: 3,
    requestsPerConnection: 16,
    requests: 10,
  });
  const busy = [socketFrom("10.0.0.3"), socketFrom("10.0.0.3")];
  const idle = socketFrom("10.0.0.1");
  for (const socket of [...busy, idle]) connections.add(socket);
  for (const socket of busy) connections.begin(socket);
  connections.add(socketFrom("10.0.0.4"));
  expect([...busy, idle].map(({ destroyed }) => destroyed)).toEqual([false, false, true]);
});

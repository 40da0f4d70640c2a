import { Socket } from "node:net";
import { expect, test } from "vitest";
import { OpenConnections } from "../../src/server/internal/connection-limits.ts";

/** So many connections with room for no more, the oldest first. */
function full(most: number) {
  const connections = new OpenConnections(most);
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

test("where every answer is under way, the oldest ends, and who comes does not", () => {
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

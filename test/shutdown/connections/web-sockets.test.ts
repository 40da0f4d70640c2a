import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { WebSockets } from "../../../src/shutdown/connections/web-sockets.ts";
import { settled } from "../../_support/fake-clock.ts";

/** A client that notes what is done to it, and closes when the test says so. */
class Client extends EventEmitter {
  readonly done: unknown[] = [];
  close(code: number, reason: string): void {
    this.done.push([code, reason]);
  }
  terminate(): void {
    this.done.push("terminated");
  }
}

function serverOf(clients: Client[] | undefined) {
  let closed = 0;
  const server = { ...(clients && { clients }), handleUpgrade: () => {}, close: () => closed++ };
  return { server, closed: () => closed };
}

test("each client is told that the server goes away, and is waited for", async () => {
  const clients = [new Client(), new Client()];
  const { server, closed } = serverOf(clients);
  const sockets = new WebSockets(server);
  sockets.close();
  expect(closed()).toBe(1);
  expect(clients.map(({ done }) => done)).toEqual(
    clients.map(() => [[1001, "The server is going away."]]),
  );
  let empty = false;
  const emptied = sockets.empty().then(() => {
    empty = true;
  });
  clients[0]?.emit("close");
  await settled();
  expect(empty).toBe(false);
  clients[1]?.emit("close");
  await emptied;
  expect(sockets.cutOff()).toBe(0);
});

test("clients that do not go are ended, and counted", () => {
  const clients = [new Client(), new Client()];
  const sockets = new WebSockets(serverOf(clients).server);
  sockets.close();
  clients[0]?.emit("close");
  expect(sockets.cutOff()).toBe(1);
  expect(clients.map(({ done }) => done.includes("terminated"))).toEqual([false, true]);
});

test("a server that does not track its clients is closed alone", async () => {
  const { server, closed } = serverOf(undefined);
  const sockets = new WebSockets(server);
  sockets.close();
  await sockets.empty();
  expect([closed(), sockets.cutOff()]).toEqual([1, 0]);
});

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type Address, addressOf, FaultProxy } from "../../examples/shop/tcp-proxy.ts";
import { until } from "../servers/_until.ts";

test("a proxy passes bytes on in both directions", async () => {
  const { echo, proxy } = await echoBehindProxy();
  const client = await clientOf(proxy);
  client.socket.write("hello");
  await until("the echo", () => client.received === "hello");
  expect(echo.received).toBe("hello");
});

test("a client that ends its connection ends that of the target", async () => {
  const { echo, proxy } = await echoBehindProxy();
  const client = await connectedClient(proxy);
  client.socket.end();
  await until("the target to lose its client", () => echo.connections.size === 0);
});

test("a target that ends a connection ends that of the client", async () => {
  const { echo, proxy } = await echoBehindProxy();
  const client = await connectedClient(proxy);
  for (const connection of echo.connections) connection.end();
  await client.closed;
});

test("a client of a target that does not listen is closed", async () => {
  const { echo, proxy } = await echoBehindProxy();
  await echo.close();
  const client = await clientOf(proxy);
  await client.closed;
});

test("a client of a target that is still to come waits for it", async () => {
  const { echo, proxy, announce } = await echoStillToCome();
  const client = await clientOf(proxy);
  client.socket.write("early");
  announce();
  await until("the echo", () => client.received === "early");
  expect(echo.received).toBe("early");
});

test("a proxy that breaks before its target has come tells the target nothing", async () => {
  const { echo, proxy, announce } = await echoStillToCome();
  const client = await clientOf(proxy);
  client.socket.write("early");
  await proxy.break("error");
  announce();
  client.socket.write("late");
  await until("an answer", () => client.received !== "");
  await proxy.mend();
  await connectedClient(proxy);
  expect(echo.received).toBe("ping");
});

test("a client of a target that will never come is closed", async () => {
  const failing = Promise.reject(new Error("It did not start."));
  failing.catch(() => {});
  const client = await clientOf(await proxyOf(failing));
  await client.closed;
});

test("hang passes nothing on, in either direction, and keeps the client's connection", async () => {
  const { echo, proxy } = await echoBehindProxy();
  const client = await connectedClient(proxy);
  const before = client.received;
  await proxy.break("hang");
  client.socket.write("lost");
  await until("the target to be let go", () => echo.connections.size === 0);
  expect(client.socket.destroyed).toBe(false);
  await proxy.mend();
  await client.closed;
  expect(client.received).toBe(before);
  expect(echo.received).toBe(before);
});

test("hang accepts new connections and says nothing to them", async () => {
  const { echo, proxy } = await echoBehindProxy();
  await proxy.break("hang");
  const client = await clientOf(proxy);
  client.socket.write("lost");
  await proxy.mend();
  await client.closed;
  expect(client.received).toBe("");
  expect(echo.received).toBe("");
});

test("a client that leaves while it hangs is let go", async () => {
  const { proxy } = await echoBehindProxy();
  const client = await connectedClient(proxy);
  await proxy.break("hang");
  client.socket.end();
  await client.closed;
});

test("refuse closes every connection and refuses new ones", async () => {
  const { proxy } = await echoBehindProxy();
  const client = await connectedClient(proxy);
  await proxy.break("refuse");
  await client.closed;
  await expect(clientOf(proxy)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("error answers nonsense to connections old and new, and tells the target nothing", async () => {
  const { echo, proxy } = await echoBehindProxy();
  const old = await connectedClient(proxy);
  const before = old.received;
  await proxy.break("error");
  const young = await clientOf(proxy);
  old.socket.write("question");
  young.socket.write("question");
  await until("both answers", () => old.received.length > before.length && young.received !== "");
  expect(young.bytes()).toEqual([0xff, 0, 0, 0, 4]);
  expect(old.bytes().slice(before.length)).toEqual([0xff, 0, 0, 0, 4]);
  expect(echo.received).toBe(before);
});

test.each(["hang", "refuse", "error"] as const)(
  "after %s, mending lets connections through on the same port",
  async (how) => {
    const { proxy } = await echoBehindProxy();
    const { port } = proxy.address;
    await proxy.break(how);
    await proxy.mend();
    expect(proxy.address.port).toBe(port);
    await connectedClient(proxy);
  },
);

test("breaking in another way takes the place of the way before", async () => {
  const { proxy } = await echoBehindProxy();
  await proxy.break("refuse");
  await proxy.break("error");
  const client = await clientOf(proxy);
  client.socket.write("question");
  await until("an answer", () => client.received !== "");
  await proxy.break("refuse");
  await client.closed;
  await expect(clientOf(proxy)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("mending what works leaves its connections alone", async () => {
  const { proxy } = await echoBehindProxy();
  const client = await connectedClient(proxy);
  await proxy.mend();
  client.socket.write("again");
  await until("the echo", () => client.received.endsWith("again"));
});

test.each([undefined, "hang", "refuse", "error"] as const)(
  "a proxy closes, also when it is broken: %s",
  async (how) => {
    const { echo, proxy } = await echoBehindProxy();
    const client = await connectedClient(proxy);
    if (how !== undefined) await proxy.break(how);
    await proxy.close();
    await client.closed;
    await until("the target to lose its client", () => echo.connections.size === 0);
    await expect(clientOf(proxy)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  },
);

test("a URL is redirected with its user, password, path and query", async () => {
  const { proxy } = await echoBehindProxy();
  const { port } = proxy.address;
  expect(proxy.redirect("postgres://me:p%40ss@db.example:6432/shop?application_name=x")).toBe(
    `postgres://me:p%40ss@127.0.0.1:${port}/shop?application_name=x`,
  );
});

test("the address of a URL has the usual port unless it names one, and no brackets", () => {
  expect(addressOf("redis://cache.example", 6379)).toEqual({ host: "cache.example", port: 6379 });
  expect(addressOf("redis://[::1]:7000", 6379)).toEqual({ host: "::1", port: 7000 });
});

interface Client {
  readonly socket: Socket;
  readonly received: string;
  readonly closed: Promise<unknown>;
  bytes(): number[];
}

async function echoBehindProxy() {
  const echo = await echoServer();
  return { echo, proxy: await proxyOf(echo.address) };
}

/** The proxy of an echo server whose address is not known until it is announced. */
async function echoStillToCome() {
  const echo = await echoServer();
  let announce = () => {};
  const target = new Promise<Address>((resolve) => {
    announce = () => resolve(echo.address);
  });
  return { echo, proxy: await proxyOf(target), announce };
}

/** A server that sends back what it gets, and remembers it. */
async function echoServer() {
  const connections = new Set<Socket>();
  const state = { received: "" };
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => connections.delete(socket));
    socket.on("data", (chunk) => {
      state.received += chunk;
      socket.write(chunk);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const close = async () => {
    for (const connection of connections) connection.destroy();
    if (server.listening) await once(server.close(), "close");
  };
  onTestFinished(close);
  const address = { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
  return {
    address,
    connections,
    close,
    get received() {
      return state.received;
    },
  };
}

async function proxyOf(target: Address | Promise<Address>): Promise<FaultProxy> {
  const proxy = await FaultProxy.listen(target);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** A client whose connection is open; rejects when it is refused. */
async function clientOf(proxy: FaultProxy): Promise<Client> {
  const socket = connect(proxy.address);
  onTestFinished(() => void socket.destroy());
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await once(socket, "connect");
  socket.on("error", () => {});
  return {
    socket,
    closed,
    bytes: () => [...Buffer.concat(chunks)],
    get received() {
      return Buffer.concat(chunks).toString("latin1");
    },
  };
}

/** A client that has heard from the target. */
async function connectedClient(proxy: FaultProxy): Promise<Client> {
  const client = await clientOf(proxy);
  client.socket.write("ping");
  await until("the echo", () => client.received === "ping");
  return client;
}

import { once } from "node:events";
import { createServer, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { serve } from "../_support/serve.ts";

test("nothing is written to a client that has closed its side while a check was pending", async () => {
  let release = () => {};
  const run = () =>
    new Promise<void>((resolve) => {
      release = resolve;
    });
  const health = createHealth({
    checks: { slow: run },
    deadline: 60_000,
    defaults: { timeout: 50_000, maxAge: 0 },
    logger: false,
  });
  const server = createServer();
  attach(server, health);
  const { base, close } = await serve(server);
  const heads = vi.spyOn(ServerResponse.prototype, "writeHead");
  const bodies = vi.spyOn(ServerResponse.prototype, "end");
  onTestFinished(async () => {
    vi.restoreAllMocks();
    await health.close();
    await close();
  });
  const { hostname, port } = new URL(base);

  /** A client whose probe waits for the check, and the server's end of its connection. */
  async function open(): Promise<readonly [client: Socket, socket: Socket]> {
    const requested = once(server, "connection");
    const client = connect(Number(port), hostname);
    client.on("error", () => {});
    const [socket] = (await requested) as [Socket];
    const read = once(socket, "data");
    client.write("GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n");
    await read;
    return [client, socket];
  }

  for (let round = 1; round <= 5; round++) {
    const [staying] = await open();
    const [leaving, socket] = await open();
    leaving.resume();
    const written = vi.spyOn(socket, "write");
    // Node has closed its side then, and destroys the socket only later: the answer comes in between.
    socket.once("end", () => release());
    const received = once(staying, "data");
    leaving.end();
    expect(String(await received)).toContain('{"status":"ok"}');
    expect([heads.mock.calls.length, bodies.mock.calls.length]).toEqual([round, round]);
    expect(written).not.toHaveBeenCalled();
    staying.destroy();
  }
});

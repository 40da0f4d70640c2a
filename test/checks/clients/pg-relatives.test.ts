import { createServer } from "node:http";
import { connect } from "node:net";
import { neon, neonConfig, Pool } from "@neondatabase/serverless";
import pg from "pg";
import pgPromise from "pg-promise";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import { postgres } from "../../../src/checks/postgres.ts";
import { runCheck } from "../../_support/run-check.ts";
import { serve } from "../../_support/serve.ts";
import { startService } from "../../_support/service.ts";
import { closedPort } from "../../_support/tcp.ts";
import type { RunningServer } from "../../servers/_running-server.ts";
import { postgres as postgresServer } from "../../servers/postgres.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await postgresServer.start();
});
afterAll(() => server.stop());

const initialize = pgPromise({ noWarnings: true });

describe("a database of pg-promise", () => {
  function open(url: string, max = 2) {
    const client = initialize({ connectionString: url, max });
    onTestFinished(() => client.$pool.end());
    return client;
  }

  test("is recognised, and asked over one connection of its pool", async () => {
    const client = open(server.url);
    const { becomes, probe } = await startService({ checks: { database: client } });
    await becomes("/health/ready", 200);
    for (let run = 0; run < 5; run++) await probe("/health/deep");
    expect(client.$pool.totalCount).toBe(1);
  });

  test("whose connections are all taken is degraded", async () => {
    const client = open(server.url, 1);
    const taken = await client.connect();
    expect(await runCheck(postgres({ client }), 300)).toMatchObject({
      status: "degraded",
      reason: "The service has taken all 1 connections of the pool.",
    });
    taken.done();
    expect(await runCheck(postgres({ client }), 5000)).toMatchObject({ status: "up" });
  });

  test("that is refused is down", async () => {
    const client = open(`postgres://hale:s3cret@127.0.0.1:${await closedPort()}/hale`);
    expect(await runCheck(postgres({ client }), 5000)).toMatchObject({
      status: "down",
      reason: expect.stringContaining("ECONNREFUSED"),
    });
  });
});

/** Neon's two ways in, in front of the real server: queries over HTTP, and PostgreSQL's protocol over WebSockets. */
async function startProxy(): Promise<{ readonly host: string; readonly base: string }> {
  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { query, params } = JSON.parse(Buffer.concat(chunks).toString());
    const client = new pg.Client({ connectionString: server.url });
    try {
      await client.connect();
      const { rows, fields, command, rowCount } = await client.query({
        text: query,
        values: params,
        rowMode: "array",
      });
      const texts = rows.map((row: unknown[]) => row.map(String));
      response.end(JSON.stringify({ rows: texts, fields, command, rowCount }));
    } catch (failure) {
      response.statusCode = 400;
      response.end(JSON.stringify({ message: (failure as Error).message }));
    } finally {
      await client.end();
    }
  });
  const sockets = new WebSocketServer({ server: proxy });
  sockets.on("connection", (socket) => {
    const upstream = connect(server.port, "127.0.0.1");
    upstream.on("data", (data) => socket.send(data));
    upstream.on("error", () => socket.close());
    upstream.on("close", () => socket.close());
    socket.on("message", (data) => upstream.write(data as Buffer));
    socket.on("close", () => upstream.destroy());
  });
  const { base, close } = await serve(proxy);
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    await close();
  });
  return { base, host: new URL(base).host };
}

describe("of @neondatabase/serverless", () => {
  test("neon() is recognised, and asked over HTTP", async () => {
    const { base } = await startProxy();
    neonConfig.fetchEndpoint = () => `${base}/sql`;
    const client = neon(server.url);
    const check = postgres({ client, writable: true });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    const { becomes } = await startService({ checks: { database: client } });
    await becomes("/health/ready", 200);
  });

  test("neon() that is refused is down", async () => {
    const port = await closedPort();
    neonConfig.fetchEndpoint = () => `http://127.0.0.1:${port}/sql`;
    expect(await runCheck(postgres({ client: neon(server.url) }), 5000)).toMatchObject({
      status: "down",
      reason: expect.stringMatching(/ECONNREFUSED|fetch failed/),
    });
  });

  test("a Pool is recognised, and asked over one connection", async () => {
    const { host } = await startProxy();
    neonConfig.webSocketConstructor = (await import("ws")).WebSocket;
    neonConfig.wsProxy = () => `${host}/v1`;
    neonConfig.useSecureWebSocket = false;
    neonConfig.pipelineConnect = false;
    const client = new Pool({ connectionString: server.url, max: 2 });
    onTestFinished(() => client.end());
    const { becomes, probe } = await startService({ checks: { database: client } });
    await becomes("/health/ready", 200);
    for (let run = 0; run < 5; run++) await probe("/health/deep");
    expect(client.totalCount).toBe(1);
  });
});

import { once } from "node:events";
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type Http2Server,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import type { Health } from "../../src/contract/health.ts";
import { HEALTHY, healthUnderAttack, sendRawHalf } from "../_support/hostile.ts";

describe.each(["request", "stream"] as const)(
  "a server of HTTP/2 with a listener of %s",
  (kind) => {
    let server: Http2Server;
    let client: ClientHttp2Session;
    let health: Health;
    let base: string;

    beforeEach(async () => {
      health = healthUnderAttack();
      server = createServer();
      if (kind === "request")
        server.on("request", (_, response) => response.end("the application"));
      else {
        server.on("stream", (stream) => {
          stream.on("error", () => {});
          stream.respond({ ":status": 200 });
          stream.end("the application");
        });
      }
      attach(server, health);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      client = connect(base);
      client.on("error", () => {});
      await health.whenReady();
    });
    afterEach(async () => {
      client.destroy();
      await health.close();
      await new Promise((resolve) => server.close(resolve));
    });

    /** What a request is answered with; `body` is what is sent, and then nothing more. */
    async function get(headers: OutgoingHttpHeaders, body?: string): Promise<string> {
      const stream = client.request({ ":method": "GET", ...headers }, { endStream: false });
      let text = "";
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      const closed = once(stream, "close");
      if (body === undefined) stream.end();
      else stream.write(body);
      const [answered] = await once(stream, "response");
      await closed;
      return `${answered[":status"]} ${text}`;
    }

    const isHealthy = async () =>
      expect(await get({ ":path": "/health/deep" })).toBe(`200 ${HEALTHY}`);

    test.each<[string, OutgoingHttpHeaders, RegExp]>([
      ["*", { ":path": "*", ":method": "OPTIONS" }, /^200 the application$/],
      ["a path that is encoded twice", { ":path": "/health/deep/%2564" }, /^404 \{"error"/],
      ["the name __proto__", { ":path": "/health/deep/__proto__" }, /^404 \{"error"/],
      ["the name of a check", { ":path": "/health/deep/constructor" }, /^200 \{"status":"ok"\}$/],
      ["a long path", { ":path": `/health/deep/${"a".repeat(10_000)}` }, /^404 \{"error"/],
      [
        "names of every object",
        { ":path": "/health", __proto__: "a", constructor: "b" },
        /^200 \{"status/,
      ],
      [
        "an Accept of ranges",
        { ":path": "/health", accept: "*/*,".repeat(2000) },
        /^200 \{"status":"ok"/,
      ],
      ["lists of headers", { ":path": "/health", cookie: ["a=b", "c=d"] }, /^200 \{"status":"ok"/],
      ["another method", { ":path": "/health", ":method": "get" }, /^405 \{"error"/],
      ["HEAD", { ":path": "/health", ":method": "HEAD" }, /^200 $/],
    ])("answers %s", async (_, headers, expected) => {
      expect(await get(headers)).toMatch(expected);
      await isHealthy();
    });

    test("has what is no path of HTTP/2 refused", async () => {
      for (const path of ["", "http://a/health", "health"]) {
        const stream = client.request({ ":path": path });
        const failed = new Promise((resolve) => stream.once("error", resolve));
        expect.soft(await failed, path).toMatchObject({ code: "ERR_HTTP2_STREAM_ERROR" });
      }
      await isHealthy();
    });

    test("answers before a body that does not come to its end, and lets go of it", async () => {
      expect(await get({ ":path": "/health" }, "a")).toBe('200 {"status":"ok"}');
      expect(await get({ ":path": "/health", ":method": "POST" }, "a")).toMatch(/^405 /);
      await isHealthy();
    });

    test("is not harmed by a thousand streams that are reset as soon as they are opened", async () => {
      const other = connect(base);
      other.on("error", () => {});
      for (let index = 0; index < 1000; index++) {
        const stream = other.request({ ":path": "/health/deep" });
        stream.on("error", () => {});
        stream.close(constants.NGHTTP2_CANCEL);
      }
      await isHealthy();
      other.destroy();
      await isHealthy();
    });

    test("is not harmed by bytes that are no HTTP/2", async () => {
      for (const text of ["GET /health HTTP/1.1\r\nHost: a\r\n\r\n", "\0".repeat(1000)]) {
        await sendRawHalf(base, Buffer.from(text));
        await sendRawHalf(base, Buffer.from(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${text}`));
      }
      await isHealthy();
    });
  },
);

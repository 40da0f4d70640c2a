import {
  createServer,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
} from "node:http";
import { createSecureServer } from "node:http2";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { type AuditResult, auditEndpoint, type EndpointOptions } from "../../src/testing/index.ts";
import { HIDDEN_FORM, PASSWORD_INPUT } from "../../src/testing/internal/endpoint-rules/status.ts";
import { endsWithin } from "../_support/backtracks.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { serve } from "../_support/serve.ts";
import { startTcp } from "../_support/tcp.ts";

type Options = Omit<EndpointOptions, "url" | "only">;

/** Audits one rule at a URL. */
async function audit(id: string, url: string, options: Options = {}): Promise<AuditResult> {
  const [result, ...others] = await auditEndpoint({ ...options, url, only: [id] });
  if (result === undefined || others.length > 0) throw new Error(`There is no audit ${id}.`);
  return result;
}

async function started(server: Server): Promise<string> {
  const { base, close } = await serve(server);
  onTestFinished(close);
  return `${base}/health`;
}

const answering = (listener: RequestListener) => started(createServer(listener));

/** Audits one rule of a server that answers by a function. */
async function auditOf(id: string, listener: RequestListener, options: Options = {}) {
  return audit(id, await answering(listener), options);
}

const passed = (observed?: string) => ({ status: "passed", observed });
const failed = (text: string) => ({ status: "failed", message: expect.stringContaining(text) });
const skipped = (text: string) => ({ status: "skipped", message: expect.stringContaining(text) });

const good: RequestListener = (_, response) => response.end('{"status":"ok"}');

describe("a redirect or a sign-in", () => {
  const id = "endpoint-no-redirect";

  test.each<[string, RequestListener]>([
    [
      "a redirect (301) to https://service.invalid/health",
      (_, response) =>
        response.writeHead(301, { location: "https://service.invalid/health?token=1" }).end(),
    ],
    ["a refusal (401)", (_, response) => response.writeHead(401).end()],
    [
      "a sign-in page (200)",
      (_, response) => response.end('<form><input name="p" type="password"></form>'),
    ],
    [
      "with X-Forwarded-Proto: http is",
      ({ headers }, response) => {
        const isPlain = headers["x-forwarded-proto"] === "http";
        response.writeHead(isPlain ? 308 : 200, { location: "/" }).end();
      },
    ],
  ])("is named: %s", async (text, listener) => {
    const result = await auditOf(id, listener);
    expect(result).toMatchObject(failed(text));
    expect(result.message).not.toContain("token=1");
  });

  test("that is none passes", async () => {
    expect(await auditOf(id, good)).toMatchObject(passed());
  });

  test("is not a hidden form beside a verdict, but one that is shown", async () => {
    const form =
      (attribute: string): RequestListener =>
      (_, response) =>
        response.end(`<p>ok</p><form id="a"${attribute}><input type="password"></form>`);
    expect(await auditOf(id, form(" hidden"))).toMatchObject(passed());
    expect(await auditOf(id, form(" hidden='' class='b'"))).toMatchObject(passed());
    expect(await auditOf(id, form(` hidden-by=x @a="b c" d hidden`))).toMatchObject(passed());
    for (const attribute of [
      " class='hidden'",
      ' class="is hidden now"',
      ' data-x="a hidden b"',
      " hidden-by=x",
    ]) {
      expect(await auditOf(id, form(attribute))).toMatchObject(failed("a sign-in page"));
    }
    expect(await auditOf(id, form(""))).toMatchObject(failed("a sign-in page"));
  });
});

test.each([
  "<form hidden>",
  "<form a=\"'",
  "<form a b c d e f g h i j ",
  "<input a ",
  '<form a=" ',
])("a sign-in is looked for without many steps back in %j", (part) => {
  const body = part.repeat(Math.floor(65_536 / part.length));
  for (const pattern of [HIDDEN_FORM, PASSWORD_INPUT]) {
    expect(`${pattern} ${endsWithin(pattern, body, 65_536 * 6000)}`).toBe(`${pattern} true`);
  }
});

describe("the same answer", () => {
  test("is due for each Host, and for none", async () => {
    const allowing: RequestListener = ({ headers }, response) => {
      response.writeHead(headers.host?.startsWith("127.0.0.1") === true ? 200 : 400).end();
    };
    const result = await auditOf("endpoint-host", allowing);
    expect(result).toMatchObject(
      failed("The answer with the Host 10.42.0.17:8001, [fd00::17]:8001, localhost, "),
    );
    expect(result.message).toContain('an empty one, none is "400 ", but should be "200 "');
    expect(await auditOf("endpoint-host", good)).toMatchObject(passed());
  });

  test("is due to each agent", async () => {
    const filtering: RequestListener = ({ headers }, response) => {
      response.writeHead(headers["user-agent"]?.startsWith("ELB") === true ? 403 : 200).end();
    };
    const result = await auditOf("endpoint-agents", filtering);
    expect(result).toMatchObject(failed("The answer to the agent ELB-HealthChecker/2.0 is"));
    expect(result.message).not.toContain("kube-probe");
    expect(await auditOf("endpoint-agents", good)).toMatchObject(passed());
  });

  test("may differ in the body where that differs each time", async () => {
    let count = 0;
    const counting: RequestListener = (_, response) => response.end(String(count++));
    expect(await auditOf("endpoint-host", counting)).toMatchObject(passed());
  });

  test("may come in two bodies, in any order", async () => {
    const bodies = ["a,b", "a,b", "b,a", "a,b", "b,a"];
    let count = 0;
    const shuffling: RequestListener = (_, response) => {
      response.end(bodies[count++ % bodies.length]);
    };
    expect(await auditOf("endpoint-agents", shuffling)).toMatchObject(passed());
  });

  test("is not that of another virtual host, with the same status", async () => {
    const hosting: RequestListener = ({ headers }, response) => {
      response.end(headers.host?.startsWith("127.0.0.1") === true ? "ok" : "Welcome!");
    };
    const result = await auditOf("endpoint-host", hosting);
    expect(result).toMatchObject(failed('is "200 Welcome!", but should be "200 ok"'));
  });

  test("is due at each address of a name", async () => {
    const server = createServer(good);
    const { port } = new URL(await started(server));
    const url = `http://localhost:${port}/health`;
    expect(await audit("endpoint-addresses", url)).toMatchObject(failed("The answer at ::1 is"));
    const other = createServer(good);
    await new Promise<void>((resolve) => other.listen(Number(port), "::1", resolve));
    onTestFinished(() => void other.close());
    expect(await audit("endpoint-addresses", url)).toMatchObject(passed("127.0.0.1, ::1"));
  });

  test("is not verified at other addresses than the URL's", async () => {
    expect(await auditOf("endpoint-addresses", good)).toMatchObject(skipped("Give a name"));
  });
});

describe("caching", () => {
  test("an Age, or a header of a cache, is an answer from a cache", async () => {
    const result = await auditOf("endpoint-uncached", (_, response) => {
      response.writeHead(200, { age: "3", "x-cache": "HIT from edge" }).end();
    });
    expect(result).toMatchObject(failed('Age is "3"'));
    expect(result.message).toContain(
      "The header x-cache says that a cache answered: HIT from edge.",
    );
    expect(await auditOf("endpoint-uncached", good)).toMatchObject(passed());
  });

  test.each<[string, OutgoingHttpHeaders, string]>([
    ["absent", {}, "Cache-Control is absent"],
    ["another one", { "cache-control": "no-cache" }, 'Cache-Control is "no-cache"'],
  ])("Cache-Control that is %s is told as it is", async (_, headers, found) => {
    const result = await auditOf("endpoint-no-store", (_, response) => {
      response.writeHead(200, headers).end();
    });
    expect(result).toMatchObject(failed(`${found}, but should be "no-store". A cached`));
  });

  test("304 is no verdict", async () => {
    const result = await auditOf("endpoint-conditional", ({ headers }, response) => {
      response.writeHead(headers["if-none-match"] === '"1"' ? 304 : 200, { etag: '"1"' }).end();
    });
    expect(result).toMatchObject(failed("The status of a conditional request is 304"));
    expect(await auditOf("endpoint-conditional", good)).toMatchObject(passed());
  });
});

describe("what no response may tell", () => {
  test.each<[string, string, RequestListener]>([
    [
      "endpoint-no-cookie",
      "The answer to GET /health sets cookies: sid, csrf.",
      (_, response) =>
        response.writeHead(200, { "set-cookie": ["sid=secret; Path=/", "csrf=x"] }).end(),
    ],
    [
      "endpoint-no-version",
      "x-powered-by: Express",
      (_, response) => response.writeHead(200, { "x-powered-by": "Express" }).end(),
    ],
    ["endpoint-no-host", "db.internal:5432", (_, response) => response.end("db.internal:5432 ok")],
    [
      "endpoint-no-stack",
      "The answer to GET with a broken escape has stack traces: ",
      ({ url }, response) =>
        response.end(url?.includes("%E0") ? "URIError\n    at decode (/app/url.js:1:2)" : "ok"),
    ],
    [
      "endpoint-no-credential",
      "***",
      (_, response) => response.end('{"url":"postgres://shop:hunter2@db/shop"}'),
    ],
  ])("%s", async (id, text, listener) => {
    const result = await auditOf(id, listener);
    expect(result).toMatchObject(failed(text));
    expect(result.message).not.toMatch(/secret|hunter2/);
    expect(await auditOf(id, good)).toMatchObject(passed());
  });
});

describe("load", () => {
  test("a limit of the rate is found", async () => {
    let count = 0;
    const limiting: RequestListener = (_, response) => {
      response.writeHead(count++ < 20 ? 200 : 429).end();
    };
    const result = await auditOf("endpoint-rate-limit", limiting);
    expect(result).toMatchObject(failed("The number of 429 among 50 answers is 31"));
    // The next audit begins when the limit has been reached already.
    count = 20;
    const limited = await auditOf("endpoint-rate-limit", limiting);
    expect(limited).toMatchObject(failed("The number of 429 among 50 answers is 50"));
    expect(await auditOf("endpoint-rate-limit", good)).toMatchObject(passed());
  });

  test("latency is measured one at a time and 50 at a time, by at most 100 requests each", async () => {
    let inFlight = 0;
    let most = 0;
    let count = 0;
    const counting: RequestListener = (_, response) => {
      count++;
      most = Math.max(most, ++inFlight);
      setImmediate(() => {
        inFlight--;
        response.end();
      });
    };
    const result = await auditOf("endpoint-latency", counting, { timeout: 60_000 });
    expect(result.status).toBe("passed");
    expect(result.observed).toMatch(
      /^1 at a time: p50 .+, p99 .+ \(\d+ requests\); 50 at a time: p50 .+ \(\d+ requests\)$/,
    );
    expect(count).toBeLessThanOrEqual(200);
    expect(most).toBeLessThanOrEqual(50);
  });

  test("an endpoint whose p99 is over the prober's timeout fails, also at 50 at a time alone", async () => {
    let queue = Promise.resolve();
    const queueing: RequestListener = (_, response) => {
      queue = queue.then(() => new Promise((resolve) => setTimeout(resolve, 25)));
      void queue.then(() => response.end());
    };
    const result = await auditOf("endpoint-latency", queueing, { timeout: 1000 });
    expect(result).toMatchObject(failed("The p99 latency at 50 at a time is"));
    expect(result.message).not.toContain("at 1 at a time");
  });
});

describe("an idle connection", () => {
  const id = "endpoint-keep-alive";

  test.each([
    [5000, failed('The time for which an idle connection is kept is "5 s"')],
    [75_000, passed("Keep-Alive: timeout=75")],
  ])("is judged by what the server says: %d ms", async (keepAliveTimeout, expected) => {
    const server = createServer({ keepAliveTimeout } as object, good);
    server.keepAliveTimeout = keepAliveTimeout;
    expect(await audit(id, await started(server))).toMatchObject(expected);
  });

  const RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";

  test.each([
    ["is closed early", `${RESPONSE}\r\nok`, true, failed('idle connection is kept is "')],
    ["stays open", `${RESPONSE}\r\nok`, false, passed("still open after 0.3 s")],
    [
      "is not wanted",
      `${RESPONSE}Connection: close\r\n\r\nok`,
      true,
      passed("each response ends its connection"),
    ],
  ])("that %s, without a word of the server, is seen", async (_, response, ends, expected) => {
    const port = await startTcp((socket) => {
      socket.once("data", () => (ends ? socket.end(response) : socket.write(response)));
    });
    const url = `http://127.0.0.1:${port}/health`;
    expect(await audit(id, url, { within: 300 })).toMatchObject(expected);
  });
});

describe("HTTP/2", () => {
  test("a server whose WebSockets end an offer of HTTP/2 fails", async () => {
    const server = createServer(good);
    server.on("upgrade", (_request, socket) => socket.destroy());
    expect(await audit("endpoint-h2c", await started(server))).toMatchObject(
      failed("received no response"),
    );
  });

  test("a server of HTTP/1 passes, and is named as such", async () => {
    expect(await auditOf("endpoint-h2c", good)).toMatchObject(
      passed("speaks HTTP/1 alone without TLS"),
    );
  });

  test("a server that hangs on a connection of HTTP/2 fails", async () => {
    const port = await startTcp((socket) => {
      socket.on("data", (data) => {
        if (data.includes("GET")) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      });
    });
    const url = `http://127.0.0.1:${port}/health`;
    expect(await audit("endpoint-h2c", url, { within: 300 })).toMatchObject(
      failed("A connection that begins with HTTP/2 hangs."),
    );
  });

  test("is negotiated over TLS", async () => {
    const server = createSecureServer({ ...CERTIFICATE, allowHTTP1: true }, (_, response) =>
      response.end("ok"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
    expect(await audit("endpoint-alpn", url)).toMatchObject(passed("speaks HTTP/2"));
    expect(await audit("endpoint-h2c", url)).toMatchObject(skipped("negotiated by ALPN"));
  });

  test("with another verdict than HTTP/1.1 is found", async () => {
    const server = createSecureServer(
      { ...CERTIFICATE, allowHTTP1: true },
      ({ httpVersion }, response) => {
        response.statusCode = httpVersion === "2.0" ? 421 : 200;
        response.end();
      },
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
    expect(await audit("endpoint-alpn", url)).toMatchObject(
      failed("The status over HTTP/2 is 421, but should be 200."),
    );
  });

  test("is no must: a server of HTTP/1.1 over TLS passes", async () => {
    const url = (await started(createTlsServer(CERTIFICATE, good))).replace("http:", "https:");
    expect(await audit("endpoint-alpn", url)).toMatchObject(passed("speaks HTTP/1 alone"));
    expect(await auditOf("endpoint-alpn", good)).toMatchObject(skipped("no TLS"));
  });
});

describe("liveness beside readiness", () => {
  /** A service whose two endpoints answer with these statuses. */
  const service = (readiness: number, liveness: number) =>
    answering(({ url }, response) => {
      response.writeHead(url === "/health" ? readiness : liveness).end();
    });
  const differs = "endpoint-liveness-differs";

  test("stays 200 while readiness is 503", async () => {
    const url = await service(503, 200);
    expect(await audit(differs, url, { liveness: `${url}/live` })).toMatchObject(
      passed("readiness 503, liveness 200"),
    );
  });

  test("that follows readiness fails", async () => {
    const url = await service(503, 503);
    const result = await audit(differs, url, { liveness: `${url}/live` });
    expect(result).toMatchObject(failed("The status of liveness beside 503 of readiness is 503"));
  });

  test("that is readiness fails, also with a slash", async () => {
    const url = await service(200, 200);
    const result = await audit(differs, url, { liveness: `${url}/` });
    expect(result).toMatchObject(failed("Readiness and liveness have the same URL."));
  });

  test("that fails under load is found", async () => {
    let inFlight = 0;
    const url = await answering(({ url: path }, response) => {
      if (path !== "/health") response.writeHead(inFlight > 0 ? 503 : 200).end();
      else {
        inFlight++;
        setTimeout(() => {
          inFlight--;
          response.end();
        }, 500);
      }
    });
    const result = await audit("endpoint-liveness-steady", url, { liveness: `${url}/live` });
    expect(result).toMatchObject(failed("Liveness answered 503 meanwhile."));
  });

  test.each(["down", "hanging", "draining"] as const)("is audited while %s", async (state) => {
    const id = `endpoint-liveness-${state}`;
    const url = await service(503, 200);
    const states = { [state]: () => {} };
    expect(await audit(id, url, { liveness: `${url}/live`, states })).toMatchObject(passed());
    const other = await service(503, 503);
    const result = await audit(id, other, { liveness: `${other}/live`, states });
    expect(result).toMatchObject(failed("The status of liveness is 503"));
  });

  test("is left out where it is not known", async () => {
    const results = await auditEndpoint({ url: await answering(good), within: 1000 });
    expect(results.filter(({ id }) => id.includes("liveness"))).toEqual([]);
  });
});

describe("the page of hale", () => {
  test.each(["endpoint-no-redirect", "endpoint-no-credential"])("passes %s", async (id) => {
    const health = createHealth({ checks: { database: () => true }, logger: false });
    const server = createServer();
    attach(server, health);
    const { base, close } = await serve(server);
    onTestFinished(close);
    await health.whenReady();
    const url = `${base}/health/deep?format=html`;
    expect(await (await fetch(url)).text()).toContain('type="password"');
    expect(await audit(id, url)).toMatchObject(passed());
  });
});

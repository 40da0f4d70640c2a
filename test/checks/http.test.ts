import { createServer, type RequestListener } from "node:http";
import { createSecureServer } from "node:http2";
import { setImmediate as turn } from "node:timers/promises";
import { Agent, Client, Pool, fetch as undiciFetch } from "undici";
import { describe, expect, onTestFinished, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { type HttpClient, type HttpOptions, http } from "../../src/checks/http.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { runCheck } from "../_support/run-check.ts";
import { serve } from "../_support/serve.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import { upstream } from "../servers/upstream.ts";

const SECRET = "s3cret-of-the-service";

/** Starts an upstream that ends with the test, and counts its connections. */
async function startUpstream(listener: RequestListener) {
  const server = createServer(listener);
  let connections = 0;
  server.on("connection", () => connections++);
  const { base, close } = await serve(server);
  onTestFinished(close);
  return {
    base,
    get connections() {
      return connections;
    },
  };
}

/** The outcome of a check whose upstream answers so. */
async function outcomeOf(listener: RequestListener, options: Omit<HttpOptions, "url"> = {}) {
  const { base } = await startUpstream(listener);
  return runCheck(http({ url: base, ...options }), 10_000);
}

/** A client of each kind; undici's end with the test. */
const CLIENTS: Readonly<Record<string, (base: string) => HttpClient | undefined>> = {
  "the runtime's fetch": () => undefined,
  "a fetch that is given": () => fetch,
  "fetch of undici": () => undiciFetch,
  "Agent of undici": () => closing(new Agent()),
  "Pool of undici": (base) => closing(new Pool(base, { connections: 1 })),
  "Client of undici": (base) => closing(new Client(base)),
};

function closing<C extends { destroy(): Promise<void> }>(client: C): C {
  onTestFinished(() => client.destroy());
  return client;
}

describe.each(Object.entries(CLIENTS))("through %s", (name, open) => {
  const answerOf = async (listener: RequestListener) => {
    const { base } = await startUpstream(listener);
    return http({ url: base, client: open(base) });
  };

  checkContract(`http through ${name}`, {
    up: () => answerOf((_, response) => response.end("ok")),
    down: async () => {
      const url = `http://127.0.0.1:${await closedPort()}`;
      return http({ url, client: open(url) });
    },
    hanging: async () => {
      const url = `http://127.0.0.1:${await startTcp((socket) => socket.resume())}`;
      return http({ url, client: open(url) });
    },
  });

  test("one connection serves all runs, also where the body is not looked at", async () => {
    const served = await startUpstream((_, response) => response.end("x".repeat(50_000)));
    const check = http({ url: served.base, client: open(served.base) });
    for (let run = 0; run < 10; run++) {
      expect((await runCheck(check, 10_000)).status).toBe("up");
      // The client learns in its own turn that the connection is free again.
      await turn();
    }
    expect(served.connections).toBe(1);
  });

  test("a run that is aborted ends its request", async () => {
    let closed = () => {};
    const left = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { base } = await startUpstream((_, response) => response.on("close", closed));
    const outcome = await runCheck(http({ url: base, client: open(base) }), 50);
    expect(outcome).toMatchObject({ status: "down", writtenOff: false });
    await left;
  });

  test("a run that is aborted within a body ends its request", async () => {
    let closed = () => {};
    const left = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { base } = await startUpstream((_, response) => {
      response.on("close", closed);
      response.write("half of it");
    });
    const outcome = await runCheck(http({ url: base, client: open(base) }), 200);
    expect(outcome).toMatchObject({ status: "down", writtenOff: false });
    await left;
  });

  test("of a body over the limit the rest is given up, and an endless one does not hang", async () => {
    const { base } = await startUpstream((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(1000)));
      };
      response.on("drain", more);
      more();
    });
    const client = open(base);
    const plain = http({ url: base, client, bodyLimit: 5000 });
    expect(await runCheck(plain, 10_000)).toMatchObject({ status: "up" });
    const looking = http({ url: base, client, bodyLimit: 5000, expect: { text: "x" } });
    expect(await runCheck(looking, 10_000)).toMatchObject({
      status: "down",
      reason: 'Expected a body within "bodyLimit", got "a longer one".',
    });
  });

  test("request headers are sent, and response headers are seen", async () => {
    const { base } = await startUpstream(({ headers }, response) => {
      response.setHeader("x-seen", String(headers["x-api-key"]));
      response.end();
    });
    const check = http({
      url: base,
      client: open(base),
      headers: { "X-Api-Key": SECRET },
      expect: { headers: { "X-Seen": SECRET } },
    });
    expect(await runCheck(check, 10_000)).toMatchObject({ status: "up" });
  });
});

test("through HTTP/2 with TLS, by a dispatcher that trusts its certificate", async () => {
  const server = createSecureServer({ ...CERTIFICATE }, ({ httpVersion }, response) =>
    response.end(httpVersion),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const client = new Agent({ allowH2: true, connect: { ca: CERTIFICATE.cert } });
  onTestFinished(async () => {
    await client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const check = http({ url: `https://localhost:${port}`, client, expect: { text: /^2/ } });
  expect(await runCheck(check, 10_000)).toMatchObject({ status: "up" });
});

test("a certificate that is not trusted is down, and the reason says so", async () => {
  const server = createSecureServer({ ...CERTIFICATE, allowHTTP1: true });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const { port } = server.address() as { port: number };
  const outcome = await runCheck(http({ url: `https://127.0.0.1:${port}` }), 10_000);
  expect(outcome).toMatchObject({
    status: "down",
    reason: expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT"),
  });
});

describe("the status", () => {
  const answering = (status: number): RequestListener => {
    return (_, response) => response.writeHead(status).end();
  };

  test.each([200, 204, 299])("%i is up", async (status) => {
    expect(await outcomeOf(answering(status))).toMatchObject({ status: "up" });
  });

  test.each([301, 304, 401, 404, 500, 503])("%i is down", async (status) => {
    expect(await outcomeOf(answering(status))).toMatchObject({
      status: "down",
      reason: `Expected status 200 to 299, got ${status}.`,
      code: "HALE_UNEXPECTED_REPLY",
    });
  });

  test("is one of those that are expected, and no other", async () => {
    const expected = { expect: { status: [401, 403] } };
    expect(await outcomeOf(answering(401), expected)).toMatchObject({ status: "up" });
    expect(await outcomeOf(answering(200), expected)).toMatchObject({
      status: "down",
      reason: "Expected status 401 or 403, got 200.",
    });
  });

  test("and the time until the end of the answer are observed, also when it is down", async () => {
    expect((await outcomeOf(answering(500))).observations).toEqual({
      responseTime: { value: expect.any(Number), unit: "ms" },
      status: { value: 500 },
    });
  });
});

describe("the expectations", () => {
  const listener: RequestListener = (_, response) => {
    response.setHeader("content-type", "application/json").end('{"rates":[1,2],"base":"EUR"}');
  };

  test.each<[string, NonNullable<HttpOptions["expect"]>]>([
    ["a header", { headers: { "Content-Type": "application/json" } }],
    ["a pattern of a header", { headers: { "content-type": /json/g } }],
    ["a text in the body", { text: '"base":"EUR"' }],
    ["a pattern in the body", { text: /"base":\s*"EUR"/g }],
    ["JSON", { json: (body) => (body as { rates: unknown[] }).rates.length === 2 }],
  ])("%s are met, each time", async (_, expected) => {
    const { base } = await startUpstream(listener);
    const check = http({ url: base, expect: expected });
    for (let run = 0; run < 2; run++) {
      expect(await runCheck(check, 10_000)).toMatchObject({ status: "up" });
    }
  });

  test.each<[string, NonNullable<HttpOptions["expect"]>, string]>([
    [
      "a header",
      { headers: { "content-type": "text/html" } },
      'Expected "text/html" in the header content-type, got "application/json".',
    ],
    [
      "a header that is absent",
      { headers: { "x-version": /2/ } },
      "Expected /2/ in the header x-version, got null.",
    ],
    [
      "a text in the body",
      { text: "USD" },
      String.raw`Expected "USD" in the body, got "{\"rates\":[1,2],\"base\":\"EUR\"}".`,
    ],
    [
      "JSON",
      { json: (body) => (body as { rates: unknown[] }).rates.length > 5 },
      String.raw`Expected a body that json() accepts, got "{\"rates\":[1,2],\"base\":\"EUR\"}".`,
    ],
  ])("%s that are not met are down, and the reason tells both", async (_, expected, reason) => {
    expect(await outcomeOf(listener, { expect: expected })).toMatchObject({
      status: "down",
      reason,
    });
  });

  test("a body that is no JSON is down, where JSON is expected", async () => {
    const outcome = await outcomeOf((_, response) => response.end("<html>"), {
      expect: { json: () => true },
    });
    expect(outcome).toMatchObject({
      status: "down",
      reason: 'Expected a body of JSON, got "<html>".',
    });
  });

  test("a function that throws is down, with what it says", async () => {
    const json = () => {
      throw new Error("There are no rates.");
    };
    expect(await outcomeOf(listener, { expect: { json } })).toMatchObject({
      status: "down",
      reason: "There are no rates.",
    });
  });
});

test.each(["GET", "HEAD", "OPTIONS"] as const)("the method may be %s", async (method) => {
  const listener: RequestListener = (request, response) =>
    response.writeHead(request.method === method ? 200 : 405).end("body");
  expect(await outcomeOf(listener, { method })).toMatchObject({ status: "up" });
});

describe("a redirect", () => {
  const redirecting =
    (to: string): RequestListener =>
    ({ url }, response) => {
      if (url === "/there") response.end("there");
      else response.writeHead(302, { location: to }).end();
    };

  test("is an answer like any other", async () => {
    expect(await outcomeOf(redirecting("/there"))).toMatchObject({
      status: "down",
      reason: "Expected status 200 to 299, got 302.",
    });
  });

  test("to the same origin is followed where that is wanted", async () => {
    const options = { redirect: "same-origin", expect: { text: "there" } } as const;
    expect(await outcomeOf(redirecting("/there"), options)).toMatchObject({ status: "up" });
  });

  test("to another origin is never followed, so that no header gets there", async () => {
    let asked = 0;
    const other = await startUpstream((_, response) => {
      asked++;
      response.end();
    });
    const outcome = await outcomeOf(redirecting(other.base), {
      redirect: "same-origin",
      headers: { "x-api-key": SECRET },
    });
    expect(outcome).toMatchObject({
      status: "down",
      reason: `Expected no redirect to another origin, got "${other.base}".`,
    });
    expect(asked).toBe(0);
  });

  test("that leads in a circle is given up", async () => {
    let asked = 0;
    const outcome = await outcomeOf(
      (_, response) => {
        asked++;
        response.writeHead(307, { location: "/again" }).end();
      },
      { redirect: "same-origin" },
    );
    expect(outcome).toMatchObject({
      status: "down",
      reason: expect.stringContaining("5 redirects"),
    });
    expect(asked).toBe(6);
  });
});

describe("the secrets of a request", () => {
  const headers = { authorization: `Bearer ${SECRET}`, accept: "application/json" };
  const echo: RequestListener = ({ headers: seen }, response) =>
    response
      .writeHead(200, { "x-echo": String(seen.authorization) })
      .end(`You sent ${seen.authorization?.slice(7)} and ${seen.accept}`);

  test.each<[string, NonNullable<HttpOptions["expect"]>]>([
    ["the body", { text: "something else" }],
    ["the body as JSON", { json: () => true }],
    ["a header", { headers: { "x-echo": "something else" } }],
  ])("are not told where the answer repeats them in %s", async (_, expected) => {
    const { reason } = await outcomeOf(echo, { headers, expect: expected });
    expect(reason).toContain("***");
    expect(reason).not.toMatch(/s3cret|of-the-service/);
  });

  test("are not told where a client does so in its errors, nor in their causes", async () => {
    const client = async () => {
      throw new Error("refused", { cause: new Error(`sent [${SECRET}]`) });
    };
    const check = http({ url: "http://127.0.0.1:1", headers, client });
    const { status, reason } = await runCheck(check);
    expect(status).toBe("down");
    expect(reason).not.toContain("s3cret");
  });

  test("in the URL are sent as Basic, and not told", async () => {
    const listener: RequestListener = ({ headers: seen, url }, response) =>
      response.end(`${seen.authorization} ${url}`);
    const { base } = await startUpstream(listener);
    const url = base.replace("//", "//hale:p%40ss%C3%BC@");
    const basic = `Basic ${Buffer.from("hale:p@ssü").toString("base64")}`;
    expect(await runCheck(http({ url, expect: { text: `${basic} /` } }), 10_000)).toMatchObject({
      status: "up",
    });
    const { reason } = await runCheck(http({ url, expect: { text: "x-x" } }), 10_000);
    expect(reason).not.toContain(basic.slice(6));
  });

  test("in the URL are not told either where the answer repeats them decoded", async () => {
    const { base } = await startUpstream((_, response) => response.end("hale:p@ssü or p@ssü"));
    const url = base.replace("//", "//hale:p%40ss%C3%BC@");
    const { reason } = await runCheck(http({ url, expect: { text: "x-x" } }), 10_000);
    expect(reason).toContain("***");
    expect(reason).not.toContain("p@ss");
  });

  test.each([
    ["percent-encoded", encodeURIComponent],
    ["in Base64", (text: string) => Buffer.from(text).toString("base64")],
    ["quoted", (text: string) => JSON.stringify(text).slice(1, -1)],
    ["cut", (text: string) => `${text.slice(0, -2)}…`],
  ])("are not told either where the answer repeats them %s", async (_, written) => {
    const key = 's3"cret/of the service';
    const echo: RequestListener = (_request, response) => response.end(`no key ${written(key)}`);
    const { reason } = await outcomeOf(echo, {
      headers: { "x-key": key },
      expect: { text: "x-x" },
    });
    expect(reason).toContain("no key ***");
    expect(reason).not.toMatch(/s3|czMi|serv/);
  });

  test("are sent from a Headers as from an object, and not told", async () => {
    const own = new Headers(headers);
    expect(await outcomeOf(echo, { headers: own, expect: { text: SECRET } })).toMatchObject({
      status: "up",
    });
    const { reason } = await outcomeOf(echo, { headers: own, expect: { text: "x-x" } });
    expect(reason).not.toContain(SECRET);
  });

  test("are not shown by the errors of wrong options", () => {
    const wrong = [
      { url: `ftp://hale:${SECRET}@127.0.0.1` },
      { url: "http://127.0.0.1", headers: { "x-api-key": `${SECRET}\n${SECRET}` } },
      { url: "http://127.0.0.1", headers: SECRET },
    ];
    for (const options of wrong) {
      const { code, message } = haleErrorOf(() => http(options as never));
      expect(code).toBe("HALE_BAD_OPTION");
      expect(message).not.toContain("s3cret");
    }
  });
});

test.each<[string, object]>([
  ["no url", {}],
  ["a url that is none", { url: "127.0.0.1" }],
  ["a method that sends something", { url: "http://a", method: "POST" }],
  ["credentials that cannot be decoded", { url: "http://hale:%E0%A4%A@a" }],
  ["headers in a Map, which would be lost", { url: "http://a", headers: new Map([["a", "b"]]) }],
  ["a text where HEAD has no body", { url: "http://a", method: "HEAD", expect: { text: "a" } }],
  [
    "json where HEAD has no body",
    { url: "http://a", method: "HEAD", expect: { json: () => true } },
  ],
  ["a status that there is not", { url: "http://a", expect: { status: 42 } }],
  ["no status at all", { url: "http://a", expect: { status: [] } }],
  ["a text that is a number", { url: "http://a", expect: { text: 1 } }],
  ["json that is no function", { url: "http://a", expect: { json: {} } }],
  ["headers that are expected of another type", { url: "http://a", expect: { headers: { a: 1 } } }],
  ["a redirect anywhere", { url: "http://a", redirect: "follow" }],
  ["a limit below 0", { url: "http://a", bodyLimit: -1 }],
  ["a client that makes no requests", { url: "http://a", client: {} }],
])("is refused at once: %s", (_, options) => {
  expect(haleErrorOf(() => http(options as never)).code).toBe("HALE_BAD_OPTION");
});

test("an option that is misspelt is refused, also among the expectations", () => {
  const misspelt = [
    { url: "http://a", expects: {} },
    { url: "http://a", expect: { body: "" } },
  ];
  for (const options of misspelt) {
    expect(haleErrorOf(() => http(options as never)).code).toBe("HALE_UNKNOWN_OPTION");
  }
});

test("what is no client is refused by its type", () => {
  // @ts-expect-error: it has neither request nor dispatch, and is no function.
  expect(() => http({ url: "http://a", client: { get() {} } })).toThrow("a fetch function");
});

test("a URL of http is up while it answers with 200 to 299", async () => {
  const { base } = await startUpstream((_, response) => response.end());
  const service = await startService({ checks: { it: fromUrl(base) } });
  await service.becomes("/health/ready", 200);
});

describe("http", () => {
  faultContract("http", "the runtime's fetch", {
    async start() {
      const server = await upstream.start({ speaks: "http", password: "right-horse" });
      const url = `${server.url.replace("//", "//hale:right-horse@")}/private`;
      return { ...server, url };
    },
    open: (url) => http({ url }),
    wrongCredentials: (url) => url.replace("right-horse", "wrong-horse"),
  });
});

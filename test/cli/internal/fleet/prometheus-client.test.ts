import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { PrometheusClient } from "../../../../src/cli/internal/fleet/prometheus-client.ts";
import { serve } from "../../../_support/serve.ts";

/** Sends one query to a server that answers it with such data. */
const answerOf = (data: object) => answerOfBody(JSON.stringify({ status: "success", data }));

/** Sends one query to a server that answers it with such a body. */
async function answerOfBody(body: string) {
  const server = createServer((_, response) => void response.end(body));
  const { base, close } = await serve(server);
  onTestFinished(close);
  const client = new PrometheusClient({
    ...{ url: new URL(base), headers: {}, tls: { verify: true }, timeout: 5000 },
  });
  return client.query("up", undefined, new AbortController().signal);
}

const vector = (...values: readonly unknown[]) => ({
  resultType: "vector",
  result: values.map((value, index) => ({ metric: { row: `${index}` }, value: [0, value] })),
});

test("samples that are NaN or infinite are left out, and the others stay", async () => {
  expect(await answerOf(vector("1", "NaN", "+Inf", "-Inf", "1e3"))).toEqual({
    samples: [
      { labels: { row: "0" }, value: 1 },
      { labels: { row: "4" }, value: 1000 },
    ],
    warnings: [],
  });
});

test.each([
  ["a vector with a text", vector("1", "many")],
  ["a vector with a null", vector("1", null)],
  [
    "a vector with NaN in a row without labels",
    { resultType: "vector", result: [{ value: [0, "NaN"] }] },
  ],
  ["a scalar that is NaN", { resultType: "scalar", result: [0, "NaN"] }],
])("%s is a response of another shape", async (_, data) => {
  await expect(answerOf(data)).rejects.toMatchObject({
    code: "HALE_PROMETHEUS_ERROR",
    message: expect.stringContaining("sent a response of another shape"),
  });
});

test.each(['{"status":"ok"}', '{"status":"error"}', '{"status":503}', "null", "[]", '"x"', "{}"])(
  "%s is no response of Prometheus, whose path may lead elsewhere",
  async (body) => {
    await expect(answerOfBody(body)).rejects.toMatchObject({
      code: "HALE_PROMETHEUS_ERROR",
      message: expect.stringContaining(
        `sent no response of the Prometheus API (status 200): ${body}. The path of --prometheus may lead elsewhere: check it.`,
      ),
    });
  },
);

test("an error of Prometheus is repeated, without credentials", async () => {
  const body = '{"status":"error","errorType":"bad_data","error":"password=hunter2"}';
  await expect(answerOfBody(body)).rejects.toMatchObject({
    message: expect.stringContaining(
      "failed to run the query (status 200): bad_data: password=***",
    ),
  });
});

test("no failure or warning holds a credential that was sent and is repeated", async () => {
  const bodies = [
    { status: "error", errorType: "auth", error: "hunter2! is no tenant" },
    { status: "success", data: vector("1"), warnings: ["hunter2! is slow"] },
  ];
  const server = createServer((_, response) => void response.end(JSON.stringify(bodies.shift())));
  const { base, close } = await serve(server);
  onTestFinished(close);
  const headers = { "x-scope-orgid": "hunter2!" };
  const client = new PrometheusClient({
    ...{ url: new URL(base), headers, tls: { verify: true }, timeout: 5000 },
  });
  const { signal } = new AbortController();
  await expect(client.query("up", undefined, signal)).rejects.toThrow("auth: *** is no tenant");
  const { warnings } = await client.query("up", undefined, signal);
  expect(warnings).toEqual(["*** is slow"]);
});

test("no failure, warning or address holds the path of a URL that is a credential", async () => {
  const bodies = [
    { status: "error", errorType: "auth", error: "a1b2c3d4 is no tenant of /webhook/a1b2c3d4/" },
    { status: "success", data: vector("1"), warnings: ["the query of a1b2c3d4 is slow"] },
  ];
  const server = createServer((_, response) => {
    const body = bodies.shift();
    response.writeHead(body === undefined ? 401 : 200).end(JSON.stringify(body));
  });
  const { base, close } = await serve(server);
  onTestFinished(close);
  const url = new URL(`${base}/webhook/a1b2c3d4`);
  const client = new PrometheusClient({ url, headers: {}, tls: { verify: true }, timeout: 5000 });
  const query = () => client.query("up", undefined, new AbortController().signal);
  await expect(query()).rejects.toThrow("auth: *** is no tenant of /webhook/***/");
  expect((await query()).warnings).toEqual(["the query of *** is slow"]);
  await expect(query()).rejects.toThrow(`${base}/webhook/*** refused the query`);
  expect(client.address).toBe(`${base}/webhook/***`);
});

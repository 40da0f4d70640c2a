import { credentials } from "@grpc/grpc-js";
import { expect, onTestFinished, test } from "vitest";
import { ask } from "../../_support/ask.ts";
import { CERTIFICATE } from "../../_support/certificate.ts";
import { GrpcHealthClient } from "../../_support/grpc-health-client.ts";
import { until } from "../../servers/_until.ts";
import { type Program, type Start, withProgram } from "./_program.ts";

/** Starts a service whose thread speaks gRPC too, and connects to it once it serves. */
function withGrpc(
  start: Start,
  use: (client: GrpcHealthClient, program: Program) => Promise<void>,
): Promise<void> {
  return withProgram({ ...start, listen: { grpc: 0, ...start.listen } }, async (program) => {
    const client = await connect(program);
    await until("it serves", async () => (await client.check("")) === "SERVING");
    await use(client, program);
  });
}

async function connect(program: Program, ...secured: [ReturnType<typeof credentials.createSsl>?]) {
  const client = new GrpcHealthClient(`127.0.0.1:${await program.grpcPort()}`, ...secured);
  onTestFinished(() => client.close());
  return client;
}

test("both ports are served from the thread, and every method", () =>
  withGrpc({}, async (client, program) => {
    expect((await ask(await program.url(), "GET", "/readyz")).status).toBe(200);
    expect(await client.list()).toEqual({
      "": "SERVING",
      liveness: "SERVING",
      readiness: "SERVING",
      startup: "SERVING",
      deep: "SERVING",
      database: "SERVING",
    });
    expect(await client.check("database")).toBe("SERVING");
    expect(await client.check("nothing")).toBe("NOT_FOUND");
    const watched = client.watch("database");
    expect(await watched.received(1)).toEqual(["SERVING"]);
    watched.cancel();
  }));

test("a loop that stands still is NOT_SERVING, also on a Watch, until it turns again", () =>
  withGrpc({ listen: { stalled: { readiness: 300 } } }, async (client, program) => {
    const readiness = client.watch("");
    const liveness = client.watch("liveness");
    await Promise.all([readiness.received(1), liveness.received(1)]);
    program.block();
    expect(await readiness.received(2)).toEqual(["SERVING", "NOT_SERVING"]);
    expect([await client.check(""), await client.check("liveness")]).toEqual([
      "NOT_SERVING",
      "SERVING",
    ]);
    program.release();
    expect(await readiness.received(3)).toEqual(["SERVING", "NOT_SERVING", "SERVING"]);
    expect(liveness.statuses).toEqual(["SERVING"]);
  }));

test("deep and each check have the last results when the main thread does not come", () =>
  withGrpc({ health: { deadline: 200 } }, async (client, program) => {
    program.block();
    expect([
      await client.check("deep"),
      await client.check("database"),
      await client.watch("deep").received(1),
    ]).toEqual(["SERVING", "SERVING", ["SERVING"]]);
  }));

test("a drain ends every Watch while the main thread goes on to stand still", () =>
  withGrpc({}, async (client, program) => {
    const watched = ["", "readiness", "liveness", "nothing"].map((service) =>
      client.watch(service),
    );
    await Promise.all(watched.map((one) => one.received(1)));
    program.drain();
    program.block();
    expect(await Promise.all(watched.map((one) => one.ended()))).toEqual(
      Array(4).fill("UNAVAILABLE"),
    );
    expect(watched.map(({ statuses }) => statuses)).toEqual([
      ["SERVING", "NOT_SERVING"],
      ["SERVING", "NOT_SERVING"],
      ["SERVING"],
      ["SERVICE_UNKNOWN"],
    ]);
    expect(await client.check("")).toBe("NOT_SERVING");
  }));

test("a rule of what may be seen is asked on the main thread, with the metadata", () =>
  withGrpc({ rule: true }, async (client, program) => {
    const seen = client.check("database", { metadata: { "x-caller": "shop" } });
    await until("the rule is asked", () => program.callers.includes("shop"));
    program.answerRule("shop", "checks");
    expect(await seen).toBe("SERVING");
    const hidden = client.check("database", { metadata: { "x-caller": "stranger" } });
    await until("the rule is asked again", () => program.callers.includes("stranger"));
    program.answerRule("stranger", "status");
    expect(await hidden).toBe("NOT_FOUND");
  }));

test("TLS is spoken from the thread", () => {
  const { cert, key } = CERTIFICATE;
  return withProgram({ listen: { grpc: { port: 0, tls: { cert, key } } } }, async (program) => {
    const client = await connect(program, credentials.createSsl(Buffer.from(cert)));
    await until("it serves", async () => (await client.check("")) === "SERVING");
  });
});

test("a thread that has died listens on the same gRPC port again", () =>
  withGrpc({}, async (client, program) => {
    program.evaluateInThreads("process.exit(1)");
    await until("it is started again", () =>
      program.lines.some((line) => line.includes("the probe thread listens again")),
    );
    await until("it serves", async () => (await client.check("")) === "SERVING");
  }));

test("close() ends every Watch, and the thread", () =>
  withGrpc({}, async (client, program) => {
    const watched = client.watch("");
    await watched.received(1);
    await program.close();
    expect(await watched.ended()).toBe("UNAVAILABLE");
    expect(await client.check("", { timeout: 2000 })).not.toBe("SERVING");
  }));

test("probes on connections of their own are answered while the loop stands still", () =>
  withGrpc({}, async (_, program) => {
    program.block();
    for (let probe = 0; probe < 20; probe++) {
      const prober = await connect(program);
      expect(await prober.check("liveness")).toBe("SERVING");
      prober.close();
    }
    program.release();
  }));

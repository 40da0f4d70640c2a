import { rm } from "node:fs/promises";
import { request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { HOST, reservePlace } from "../servers/_place.ts";
import { NUMBER } from "./open-loop.ts";
import { noteReceived } from "./received-requests.ts";
import { startReplica } from "./replica-process.ts";

test.each(["http", "express", "fastify"])(
  "replica-%s notes a request before it handles it",
  async (name) => {
    const received = await noteReceived();
    onTestFinished(received.remove);
    // A program that notes nothing has received all.
    expect(received.has(8)).toBe(true);
    const { port, folder } = await reservePlace();
    onTestFinished(() => rm(folder, { recursive: true }));
    const program = `test/scenarios/programs/replica-${name}.mjs`;
    const replica = startReplica(program, port, { by: "close" }, { received: received.file });
    onTestFinished(replica.kill);
    await replica.listens();
    const asked = request({ host: HOST, port, path: "/fast", headers: { [NUMBER]: 7 } });
    await new Promise((resolve, reject) => {
      asked
        .on("error", reject)
        .on("response", (response) => resolve(response.resume()))
        .end();
    });
    expect([received.has(7), received.has(8)]).toEqual([true, false]);
  },
);

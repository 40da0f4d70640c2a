import { afterAll, expect } from "vitest";
import type { RunningServer } from "../servers/_running-server.ts";
import { nginx } from "../servers/nginx.ts";
import { daemonContract } from "./_caller-contract.ts";
import { codeOf } from "./_page.ts";
import { type Replica, startReplica } from "./_replica.ts";

const REQUESTS = 6;

let second: Replica;

afterAll(() => second.close());

daemonContract({
  page: "nginx",
  replica: { name: "the first", refuses: true },
  async start({ port }) {
    second = await startReplica({ name: "the second" });
    const ports = { service: port, second: second.port };
    return nginx.start({
      http: (own) =>
        codeOf(
          "nginx",
          "Within `http`:",
          { own, ...ports },
          { "fail_timeout=2s": "fail_timeout=1s" },
        ),
    });
  },
  sees: [whoAnswers],
});

/** Who answers some requests, of which none may fail. */
async function whoAnswers({ url }: RunningServer): Promise<string> {
  const answers = new Set<string>();
  for (let request = 0; request < REQUESTS; request++) {
    const response = await fetch(url);
    expect(response.status).toBe(200);
    answers.add(await response.text());
  }
  return answers.size > 1 ? "both" : [...answers].join();
}

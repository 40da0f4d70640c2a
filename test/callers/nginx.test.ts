import { afterAll } from "vitest";
import { nginx } from "../servers/nginx.ts";
import { whoAnswers } from "./_answers.ts";
import { daemonContract } from "./_caller-contract.ts";
import { codeOf } from "./_page.ts";
import { type Replica, startReplica } from "./_replica.ts";

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
  sees: [({ url }) => whoAnswers(url)],
});

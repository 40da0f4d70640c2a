import createApp5, { LogController } from "fastify";
import createApp4 from "fastify4";
import { expect, test } from "vitest";
import { healthPlugin } from "../../src/adapters/fastify.ts";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { adapterContract } from "../contracts/adapter-contract.ts";
import { sectionOf } from "../house/_pages.ts";

const VERSIONS = [
  ["Fastify 4", createApp4 as unknown as typeof createApp5],
  ["Fastify 5", createApp5],
] as const;

for (const [version, createApp] of VERSIONS) {
  adapterContract(`${version}, as a plugin`, async (health, saw) => {
    const app = createApp({ forceCloseConnections: true });
    await app.register(healthPlugin(health));
    app.setNotFoundHandler((request, reply) => {
      saw(request.url);
      return reply.code(200).send(`the application: ${request.url}`);
    });
    return { base: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
  });

  adapterContract(`${version}, attached`, async (health, saw) => {
    const app = createApp({ forceCloseConnections: true });
    app.setNotFoundHandler((request, reply) => {
      saw(request.url);
      return reply.code(200).send(`the application: ${request.url}`);
    });
    attach(app.server, health);
    return { base: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
  });
}

/** The pattern of the page for the URLs of probes. */
const [, pattern = ""] =
  /\/(.+)\/\.test\(url\)/.exec(
    sectionOf("docs/adapters/fastify.md", "## The log of Fastify").join("\n"),
  ) ?? [];
const isProbe = ({ url }: { url: string }) => new RegExp(pattern).test(url);

test.each([
  ["a LogController", { logController: new LogController({ disableRequestLogging: isProbe }) }],
  ["the option of Fastify 5 before 5.12", { disableRequestLogging: isProbe }],
])("by %s, the log of Fastify has other requests alone", async (_, options) => {
  const lines: { req?: { url: string } }[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const app = createApp5({ logger: { stream }, ...options });
  await app.register(healthPlugin(createHealth({ logger: false })));
  const probes = [
    "/health",
    "/health/ready",
    "/health/deep/x",
    "/healthz",
    "/livez",
    "/readyz?verbose",
    "/startupz",
  ];
  const others = ["/", "/healthy", "/readyzz", "/a/health"];
  for (const url of [...probes, ...others]) await app.inject(url);
  await app.close();
  const logged = lines.flatMap(({ req }) => req?.url ?? []);
  expect(logged).toEqual(others);
});

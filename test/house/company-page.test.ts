import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { blocksOf, rowsOf, sectionOf } from "./_pages.ts";

const PAGE = "docs/company.md";

/** What the page says to set for each program of a table. */
const settings = new Map(
  ["## Libraries", "## Launchers"]
    .flatMap((heading) => rowsOf(sectionOf(PAGE, heading)))
    .map(([program = "", , toSet = ""]) => [program, toSet]),
);

/** The code of a section. */
function codeOf(heading: string): string {
  const lines = sectionOf(PAGE, heading).join("\n");
  const blocks = blocksOf(PAGE).filter(({ code }) => lines.includes(code.trimEnd()));
  return blocks.map(({ code }) => code).join("\n");
}

const program = (file: string) => readFileSync(`test/company/${file}`, "utf8");

test.each([
  ["Apollo Server 5", ["stopOnTerminationSignals: false", "apollo: () => apollo.stop()"]],
  ["Jest", ["exit: false", "dispose()"]],
  ["Next.js, standalone or `next start`", ["[below](#nextjs)"]],
])("the table says what to set for %s", (name, expected) => {
  for (const setting of expected) expect(settings.get(name)).toContain(setting);
});

test.each([
  ["## Apollo Server", "programs/apollo.mjs", ["stopOnTerminationSignals: false"]],
  [
    "## Sentry",
    "programs/sentry.mjs",
    [String.raw`/^\/(health|livez|healthz|readyz|startupz)(\/|$)/`],
  ],
  [
    "## Next.js",
    "next-app/start.mjs",
    [
      'process.env.NEXT_MANUAL_SIG_HANDLE = "true";',
      "http.createServer = (...values) => {",
      "http.createServer = createServer;",
      "attach(server, health);",
    ],
  ],
])("the code of %s has the settings of the program that is tested", (heading, file, lines) => {
  const page = codeOf(heading);
  for (const line of lines) {
    expect(page).toContain(line);
    expect(program(file)).toContain(line);
  }
});

test.each([
  ["`@sentry/node`", "sentry", "Sentry.close("],
  ["OpenTelemetry SDK", "telemetry", "sdk.shutdown()"],
  ["New Relic", "newrelic", "collectPendingData: true"],
])("the hook of %s is that of the program that is tested", (name, file, call) => {
  expect(settings.get(name)).toContain(`onClose: { ${file}: () =>`);
  expect(settings.get(name)).toContain(call);
  expect(program(`programs/${file}.mjs`)).toContain(call);
});

test.each([
  ["docs/adapters/node.md", /HTTP\/2 without TLS \(h2c\)[^#]*\[`listen`\]/],
  ["docs/kubernetes.md", /HTTP\/2 without TLS \(h2c\)[^\n]*\[`listen`\]/],
])("%s says that probers need a port of their own beside h2c", (page, sentence) => {
  expect(readFileSync(page, "utf8")).toMatch(sentence);
});

test("the page says what Next.js does without its setting", () => {
  expect(sectionOf(PAGE, "## Next.js").join(" ")).toContain(
    "`NEXT_MANUAL_SIG_HANDLE` leaves the signal to others",
  );
});

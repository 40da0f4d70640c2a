import type { Exposure, FormatQuery, WrittenBody } from "../../../contract/format.ts";
import type { CheckHistory, History } from "../../../contract/history.ts";
import type { CheckReport, Report } from "../../../contract/report.ts";
import { entityTag, sha256 } from "../entity-tag.ts";
import { shownChecks } from "../visible-checks.ts";
import { bandChart, latencyChart } from "./charts.ts";
import { closedMinutes } from "./closed-minutes.ts";
import { escapeHtml, timeElement } from "./elements.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";
import { summaryOf } from "./summary.ts";
import { shapeOf, wordFor } from "./words.ts";

/** Changes of all checks that the page lists. */
const MAX_CHANGES = 20;

/** Seconds after which a browser without script loads the page again. */
const REFRESH = 10;

/** Writes the page, with its entity tag and its Content-Security-Policy. */
export async function writePage(
  report: Report,
  exposure: Exposure,
  query: FormatQuery | undefined,
): Promise<WrittenBody> {
  const history = exposure === "details" ? await query?.history?.() : undefined;
  const body = pageOf(report, exposure, history);
  return {
    body,
    headers: {
      ETag: await entityTag(body),
      "Content-Security-Policy": await contentSecurityPolicy(),
    },
  };
}

let policy: string | undefined;

/** Allows the script and the style of the page by their hashes, and nothing else (CSP Level 3). */
async function contentSecurityPolicy(): Promise<string> {
  policy ??= [
    "default-src 'none'",
    `script-src 'sha256-${await sha256(SCRIPT)}'`,
    `style-src 'sha256-${await sha256(STYLE)}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return policy;
}

function pageOf(report: Report, exposure: Exposure, history: History | undefined): string {
  const subject = report.check ?? report.probe;
  const title = escapeHtml(`${subject}: ${wordFor(report.status, exposure)}`);
  const checks = shownChecks(report, exposure).toSorted(byWord(exposure));
  return `${[
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${title}</title>`,
    `<noscript><meta http-equiv="refresh" content="${REFRESH}"></noscript>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    `<main data-exposure="${exposure}">`,
    `<h1>${title}</h1>`,
    `<p class="summary">${escapeHtml(summaryOf(report, exposure))}</p>`,
    ...(checks.length > 0 ? checkList(checks, exposure, history) : emptiness(report, exposure)),
    ...(history === undefined ? [] : changeList(checks, history)),
    "</main>",
    ...ACCESS,
    "<footer>",
    '<p id="live" class="soft"></p>',
    '<p id="news" class="unseen" role="status"></p>',
    "</footer>",
    `<script>${SCRIPT}</script>`,
    "</body>",
    "</html>",
  ].join("\n")}\n`;
}

/** Puts first what is wrong; checks of the same word keep their order. */
function byWord(exposure: Exposure): (one: CheckReport, other: CheckReport) => number {
  const place = ({ status }: CheckReport) => WORST_FIRST.indexOf(wordFor(status, exposure));
  return (one, other) => place(one) - place(other);
}

const WORST_FIRST = ["failed", "unknown", "degraded", "ok"];

/** The form for a token; it is shown by the script alone, since nothing but the script can send one. */
const ACCESS = [
  '<form id="access" hidden>',
  '<label for="token">Access token, for details</label>',
  '<input id="token" type="password" autocomplete="off" spellcheck="false" required>',
  "<button>Show details</button>",
  "</form>",
];

function emptiness({ probe }: Report, exposure: Exposure): string[] {
  return exposure === "status" ? [] : [`<p>No check takes part in ${probe}.</p>`];
}

function checkList(
  checks: readonly CheckReport[],
  exposure: Exposure,
  history: History | undefined,
): string[] {
  return [
    "<h2>Checks</h2>",
    '<ul class="checks">',
    ...checks.flatMap((check) => checkItem(check, exposure, history)),
    "</ul>",
  ];
}

function checkItem(check: CheckReport, exposure: Exposure, history: History | undefined): string[] {
  const { name, status } = check;
  const word = wordFor(status, exposure);
  const past = history?.checks.get(name);
  return [
    `<li data-check="${name}" data-word="${word}">`,
    `<div class="head">${shapeOf(word)}<h3>${name}</h3><span class="word ${word}">${word}</span></div>`,
    ...(exposure === "details" ? detailsOf(check, past) : []),
    ...(past === undefined || history === undefined
      ? []
      : [
          ...latencyChart(name, closedMinutes(past.latency, history.now)),
          ...bandChart(name, past, history),
        ]),
    "</li>",
  ];
}

function detailsOf(
  { reason, code, critical, shared, observations = {} }: CheckReport,
  past: CheckHistory | undefined,
): string[] {
  const seen = Object.entries(observations).map(([name, { value, unit }]) =>
    [`${name}:`, value, unit].filter((part) => part !== undefined).join(" "),
  );
  const traits = [...(critical ? [] : ["not critical"]), ...(shared ? ["shared"] : []), ...seen];
  const since = past?.entries.at(-1);
  return [
    ...(since === undefined ? [] : [`<p class="soft">since ${timeElement(since.at)}</p>`]),
    ...(reason === undefined ? [] : [`<p>${escapeHtml(reason)}</p>`]),
    ...(code === undefined ? [] : [`<p class="soft">${escapeHtml(code)}</p>`]),
    ...(traits.length > 0 ? [`<p class="soft">${escapeHtml(traits.join(", "))}</p>`] : []),
  ];
}

function changeList(checks: readonly CheckReport[], history: History): string[] {
  const changes = checks
    .flatMap(({ name }) => {
      const entries = history.checks.get(name)?.entries ?? [];
      return entries.slice(-MAX_CHANGES).map((entry) => ({ name, ...entry }));
    })
    .sort((one, other) => other.at - one.at)
    .slice(0, MAX_CHANGES);
  if (changes.length === 0) return [];
  return [
    "<h2>Last changes</h2>",
    '<ol class="changes">',
    ...changes.map(({ name, at, status, reason }) => {
      const word = wordFor(status, "details");
      const why = reason === undefined || status === "up" ? "" : `: ${escapeHtml(reason)}`;
      return `<li>${timeElement(at)} ${shapeOf(word)} ${name} is <span class="${word}">${word}</span>${why}</li>`;
    }),
    "</ol>",
  ];
}

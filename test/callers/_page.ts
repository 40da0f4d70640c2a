import { blocksOf, codesOf, rowsOf, sectionOf } from "../house/_pages.ts";
import { HOST } from "../servers/_place.ts";
import { STATES, type State } from "./_replica.ts";

/** Ports that take the place of those in a page. */
export interface Ports {
  /** In place of 8080, at which the caller itself listens. */
  readonly own?: number;
  /** In place of 10.0.0.1:8001, the service. */
  readonly service?: number;
  /** In place of 10.0.0.2:8002, its second replica. */
  readonly second?: number;
  /** In place of 9001, a port of the service that belongs to the health alone. */
  readonly health?: number;
}

/**
 * The piece of code of a page that follows the line `lead`, for this machine.
 *
 * `changes` are for what would take a test too long; one that finds nothing to change is an error.
 */
export function codeOf(
  page: string,
  lead: string,
  ports: Ports = {},
  changes: Readonly<Record<string, string>> = {},
): string {
  const found = blocksOf(`docs/callers/${page}.md`).filter((block) => block.lead === lead);
  if (found.length !== 1) throw new Error(`${page} has ${found.length} pieces under "${lead}".`);
  const placed = placedAt(ports, found[0]?.code ?? "");
  return Object.entries(changes).reduce((code, [from, to]) => {
    if (!code.includes(from)) throw new Error(`${page} does not say "${from}".`);
    return code.replaceAll(from, to);
  }, placed);
}

/** A piece of a page with the addresses of this machine. */
function placedAt({ own, service, second, health }: Ports, code: string): string {
  return [
    [/\b10\.0\.0\.[12]\b/g, HOST],
    [/\b8080\b/g, own],
    [/\b8001\b/g, service],
    [/\b8002\b/g, second],
    [/\b9001\b/g, health],
  ].reduce(
    (text, [from, to]) => (to === undefined ? text : text.replaceAll(from as RegExp, String(to))),
    code,
  );
}

/** What a caller makes of a state, by the columns of the table of its page. */
export interface Verdict {
  readonly state: State;
  readonly verdicts: readonly string[];
}

/** An order in which readiness, and what follows it, is another one at each step. */
const ORDER: readonly State[] = ["down", "up", "starting", "degraded", "draining"];

/** The table of a page, in an order in which good and bad take turns. */
export function verdictsOf(page: string): Verdict[] {
  const rows = rowsOf(sectionOf(`docs/callers/${page}.md`, "## What it sees"));
  const states = rows.map(([state]) => state);
  if (states.join() !== STATES.join()) throw new Error(`The table of ${page} has ${states}.`);
  return ORDER.map((state) => {
    const [, ...cells] = rows.find(([name]) => name === state) ?? [];
    return { state, verdicts: cells.flatMap(codesOf) };
  });
}

/** The requests that a page says are sent to the service, as they would come here. */
export function requestsOf(page: string, service: number): string[] {
  return blocksOf(`docs/callers/${page}.md`)
    .map(({ code }) => placedAt({ service }, code))
    .filter((code) => /^(?:GET|HEAD|OPTIONS) /.test(code));
}

/**
 * What hale goes by in a request, without versions: the first line, and who asks whom. Other headers
 * come and go with the versions of a program.
 */
export function essenceOf(request: string): string {
  return request
    .split("\n")
    .filter((line, index) => index === 0 || /^(?:host|user-agent):/i.test(line))
    .map((line) => (/^user-agent:/i.test(line) ? line.replace(VERSION, "…") : line))
    .join("\n");
}

const VERSION = /\bv?\d+\.[\w.+~-]+/g;

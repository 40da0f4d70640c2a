import type { Asked, Format } from "../contract/format.ts";
import type { HealthRequest } from "../contract/http.ts";
import type { ProbeQuery, Reporter } from "../report/reporter.ts";
import { unknownFormat } from "./error-responses.ts";
import { type MediaRange, type MediaType, parseAccept, parseMediaType } from "./media-range.ts";
import type { Answer } from "./responses.ts";

/** Characters of an `Accept` that is weighed, and names of `?exclude=` that are told of; anybody may send more. */
const LONGEST_ACCEPT = 1000;
const MOST_NAMES = 100;

/** What a request says about the format that it wants. */
export interface Wish {
  readonly request: Pick<HealthRequest, "header">;
  readonly question: Pick<ProbeQuery, "probe" | "exclude">;
  readonly query: URLSearchParams;
  readonly reporter: Pick<Reporter, "has">;
}

/**
 * The format that a request asks for, made ready to write what it asks; or the error that there is
 * none of that name. The first format is the default, also where `Accept` accepts none of them, or is
 * longer than any that is meant.
 */
export function negotiate(formats: readonly [Format, ...Format[]], wish: Wish): Format | Answer {
  const { query, question, reporter } = wish;
  const format = choose(formats, wish);
  if (format === undefined) {
    return unknownFormat(formats.map(({ name }) => name));
  }
  const names = [...new Set(question.exclude)].slice(0, MOST_NAMES);
  const excluded = names.filter((name) => reporter.has(question.probe, name));
  const asked: Asked = {
    verbose: query.has("verbose"),
    excluded,
    unknown: names.filter((name) => !excluded.includes(name)),
  };
  return { ...format, write: (report, exposure) => format.write(report, exposure, asked) };
}

function choose(formats: readonly Format[], { query, request }: Wish): Format | undefined {
  const named = query.get("format") ?? (query.has("verbose") ? "kubernetes" : null);
  if (named !== null) return formats.find(({ name }) => name === named);
  const accept = request.header("accept") ?? "";
  if (accept.length > LONGEST_ACCEPT) return formats[0];
  return accepted(formats, parseAccept(accept)) ?? formats[0];
}

/** The format of the highest weight; of several, the first. */
function accepted(formats: readonly Format[], ranges: readonly MediaRange[]): Format | undefined {
  let best: Format | undefined;
  let highest = 0;
  for (const format of formats) {
    if (format.byNameAlone) continue;
    const weight = weightOf(parseMediaType(format.mediaType), ranges);
    if (weight > highest) [best, highest] = [format, weight];
  }
  return best;
}

/** The weight that the most specific range gives a media type (RFC 9110, section 12.5.1). */
function weightOf(mediaType: MediaType | undefined, ranges: readonly MediaRange[]): number {
  let weight = 0;
  let closest = -1;
  for (const range of ranges) {
    if (mediaType === undefined || !covers(range, mediaType)) continue;
    const specificity =
      (range.type === "*" ? 0 : 1) + (range.subtype === "*" ? 0 : 1) + range.parameters.size;
    // Of two that are alike, the one that asks for more.
    if (specificity > closest) [weight, closest] = [range.weight, specificity];
    else if (specificity === closest) weight = Math.max(weight, range.weight);
  }
  return weight;
}

function covers(range: MediaRange, { type, subtype, parameters }: MediaType): boolean {
  if (range.type !== "*" && range.type !== type) return false;
  if (range.subtype !== "*" && range.subtype !== subtype) return false;
  return [...range.parameters].every(([name, value]) => parameters.get(name) === value);
}

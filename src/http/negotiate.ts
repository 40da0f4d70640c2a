import type { Format } from "../contract/format.ts";
import { type MediaRange, type MediaType, parseAccept, parseMediaRange } from "./media-range.ts";

/** The maximum length of an `Accept` that is parsed; any caller may send more. */
const MAX_ACCEPT = 1000;

/** A format that a caller accepts: its weight, the specificity of its range, and the place in the list. */
interface Match {
  readonly format: Format;
  readonly weight: number;
  readonly specificity: number;
  readonly place: number;
}

/**
 * Chooses the format of a response: the format that the query names, else the one that `Accept` prefers
 * (RFC 9110, section 12.5.1): by weight, then by the specificity of its range, then in the caller's order.
 * The first format is the default, also when `Accept` matches none, or is longer than 1000 characters.
 *
 * @returns `undefined` for an unknown name
 */
export function negotiate(
  formats: readonly [Format, ...Format[]],
  query: URLSearchParams,
  accept: string,
): Format | undefined {
  const named = query.get("format") ?? (query.has("verbose") ? "kubernetes" : null);
  if (named !== null) return formats.find(({ name }) => name === named);
  if (accept === "" || accept.length > MAX_ACCEPT) return formats[0];
  const ranges = parseAccept(accept);
  const matches = formats.flatMap((format) => matchOf(format, ranges) ?? []).sort(byPreference);
  return matches[0]?.format ?? formats[0];
}

/** Compares two matches; equal ones keep the order of hale's formats, because the sort is stable. */
function byPreference(one: Match, other: Match): number {
  return (
    other.weight - one.weight || other.specificity - one.specificity || one.place - other.place
  );
}

/** Finds the match of the most specific range, which alone decides a media type's weight. */
function matchOf(format: Format, ranges: readonly MediaRange[]): Match | undefined {
  const mediaType = format.byNameAlone ? undefined : parseMediaRange(format.mediaType);
  if (mediaType === undefined) return undefined;
  const [closest] = ranges
    .flatMap((range, place) => {
      const { weight } = range;
      const specificity = specificityOf(range);
      return covers(range, mediaType) ? [{ format, weight, specificity, place }] : [];
    })
    .sort((one, other) => other.specificity - one.specificity || byPreference(one, other));
  return closest !== undefined && closest.weight > 0 ? closest : undefined;
}

function specificityOf({ type, subtype, parameters }: MediaRange): number {
  return (type === "*" ? 0 : 1) + (subtype === "*" ? 0 : 1) + parameters.size;
}

function covers(range: MediaRange, { type, subtype, parameters }: MediaType): boolean {
  if (range.type !== "*" && range.type !== type) return false;
  if (range.subtype !== "*" && range.subtype !== subtype) return false;
  return [...range.parameters].every(([name, value]) => parameters.get(name) === value);
}

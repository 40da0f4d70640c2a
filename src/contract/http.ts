import type { Probe } from "./probe.ts";

/** A request, as far as hale looks at it. Its body is never read. */
export interface HealthRequest {
  readonly method: string;
  /** The request target: a path with its query, or an absolute URL. */
  readonly url: string;
  /** The value of a request header, whose name is given in lower case. */
  header(name: string): string | null | undefined;
  /** All request headers, where the way in has them at hand: for a rule that runs in another thread. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  /** The address that it comes from, by which a drain knows whom it has told. */
  readonly remoteAddress?: string | undefined;
  /** Answers this probe, whatever the path says. */
  readonly probe?: Probe | undefined;
}

/** An answer, complete: it only remains to be written. Answers are shared; do not change one. */
export interface HealthResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for `HEAD`, whose headers are those of `GET`. */
  readonly body: string;
}

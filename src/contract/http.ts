/** A request, as far as hale reads it. The body is never read. */
export interface HealthRequest {
  readonly method: string;
  /** The request target: a path with its query, or an absolute URL. */
  readonly url: string;
  /** Returns the value of a request header; its name is in either case (RFC 9110 §5.1). */
  header(name: string): string | null | undefined;
  /** All request headers, where the adapter has them: for an `expose` function that runs in another thread. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  /** The address of the caller, by which a drain distinguishes probers. */
  readonly remoteAddress?: string | undefined;
}

/** A complete, frozen response, ready to be written. */
export interface HealthResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for `HEAD`, whose headers are those of `GET`. */
  readonly body: string;
}

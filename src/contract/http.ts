/** A request, as far as hale looks at it. Its body is never read. */
export interface HealthRequest {
  readonly method: string;
  /** The request target: a path with its query, or an absolute URL. */
  readonly url: string;
  /** The value of a request header, whose name is given in lower case. */
  header(name: string): string | null | undefined;
  /** All request headers, where the adapter has them at hand: for a function of `expose` that runs in another thread. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  /** The address that the request comes from, by which a drain tells probers apart. */
  readonly remoteAddress?: string | undefined;
}

/** A complete response, frozen: it only remains to be written. */
export interface HealthResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for `HEAD`, whose headers are those of `GET`. */
  readonly body: string;
}

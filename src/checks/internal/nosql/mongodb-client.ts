/** The part of a `MongoClient` that this check calls. */
export interface MongodbMongoClient {
  db(name?: string): {
    command(command: { ping: 1 }, options?: MongodbCommandOptions): Promise<unknown>;
  };
}

/** The options of a command. */
export interface MongodbCommandOptions {
  /** Of a client of its own, whose type is that client's. */
  // biome-ignore lint/suspicious/noExplicitAny: each major version has a class of its own
  readPreference?: any;
  /** Ends the command; drivers before 6.13 do not look at it. */
  signal?: AbortSignal;
}

/** Turns a failure, of whatever kind, into a reason without credentials. */
export type Explain = (failure: unknown) => string;

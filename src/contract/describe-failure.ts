/** Puts a failure, of whatever kind, into words without credentials, with the code that it has. */
export type DescribeFailure = (failure: unknown) => {
  readonly reason: string;
  readonly code?: string | undefined;
};

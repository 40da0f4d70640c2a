/** Describes a failure of any type: a reason without credentials, and its code where it has one. */
export type DescribeFailure = (failure: unknown) => {
  readonly reason: string;
  readonly code?: string | undefined;
};

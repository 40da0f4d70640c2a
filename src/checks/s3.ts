import type { Check, CheckOptions, Outcome, Run } from "../contract/check.ts";
import { badOption } from "../contract/misuse.ts";
import { hasMethods, type Rule } from "../contract/options.ts";
import { type AwsCommand, type AwsRefusal, ask, inWords } from "./internal/aws/aws-command.ts";
import { importCommand } from "./internal/aws/import-command.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";

/** The part of an `S3Client`, or of an `S3`, of `@aws-sdk/client-s3` that this check calls. */
export interface S3Client {
  send(command: never, options: { abortSignal: AbortSignal }): PromiseLike<unknown>;
  readonly config: { readonly forcePathStyle?: unknown };
}

/** The options of {@link s3}. */
export interface S3Options extends CheckOptions {
  /** The client that the service already uses. */
  client: ClientSource<S3Client>;
  /** The bucket that must be there, and that the client may see. */
  bucket?: string;
  /**
   * The command to send instead: for a service that is bundled, so that hale cannot import the commands of
   * `@aws-sdk/client-s3` by itself.
   */
  command?: AwsCommand;
}

const BUCKET: Rule = {
  expected: "the name of a bucket",
  accepts: (value) => typeof value === "string" && value !== "",
};

const COMMAND: Rule = {
  expected: "a command of @aws-sdk/client-s3",
  secret: true,
  accepts: (value) => hasMethods(value, ["resolveMiddleware"]),
};

/** The commands that are made here, of the package that the service has. */
interface Commands {
  readonly HeadBucketCommand: new (input: { Bucket: string }) => AwsCommand;
  readonly ListBucketsCommand: new (input: { MaxBuckets: number }) => AwsCommand;
}

/**
 * Verifies with `HeadBucket` that a bucket is there and may be seen; a client that may not see it, but is known, is
 * degraded. Without one it lists a single bucket of the account, and a client that may not list any, but is known, is up
 * as well.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { S3Client } from "@aws-sdk/client-s3";
 * import { createHealth } from "hale";
 * import { s3 } from "hale/checks";
 *
 * const client = new S3Client({ region: "eu-central-1" });
 * const health = createHealth({ checks: { uploads: s3({ client, bucket: "uploads" }) } });
 * ```
 */
export function s3(options: S3Options): Check {
  if (options?.bucket !== undefined && options.command !== undefined) {
    const expected = 'left out where "command" is given';
    throw badOption("s3()", "bucket", expected, "a string");
  }
  const rules = { bucket: BUCKET, command: COMMAND };
  return clientCheck("s3", options, rules, (client: S3Client, { bucket, command }) => {
    if (command !== undefined) return throughGiven(client, command);
    return bucket === undefined ? throughAccount(client) : throughBucket(client, bucket);
  });
}

function throughGiven(client: S3Client, command: AwsCommand): Run {
  return async ({ signal }) => {
    const { refusal } = await ask(client, command, signal);
    if (refusal === undefined) return undefined;
    const status = refusal.isDenied ? "degraded" : "down";
    return { status, reason: reasonOf(refusal) } satisfies Outcome;
  };
}

function throughAccount(client: S3Client): Run {
  const refusalOf = accountRefusal(client);
  return async ({ signal }) => {
    const refusal = await refusalOf(signal);
    return refusal && ({ status: "down", reason: reasonOf(refusal) } satisfies Outcome);
  };
}

function throughBucket(client: S3Client, bucket: string): Run {
  const headBucket = imported(({ HeadBucketCommand }) => new HeadBucketCommand({ Bucket: bucket }));
  const refusalOf = accountRefusal(client);
  return async ({ signal }) => {
    const command = await headBucket();
    signal.throwIfAborted();
    const { refusal } = await ask(client, command, signal);
    if (refusal === undefined) return undefined;
    // A response without a body does not say whether it is the right that is missing, or the login that is wrong.
    const ofAccount = refusal.status === 403 ? await refusalOf(signal) : undefined;
    if (ofAccount !== undefined) return { status: "down", reason: reasonOf(ofAccount) };
    const status = refusal.status === 403 ? "degraded" : "down";
    return { status, reason: reasonOf(refusal, bucket) } satisfies Outcome;
  };
}

/** Lists one bucket of the account; a client that may not, but is known, has been answered. */
function accountRefusal(
  client: S3Client,
): (signal: AbortSignal) => Promise<AwsRefusal | undefined> {
  const listBuckets = imported(
    ({ ListBucketsCommand }) => new ListBucketsCommand({ MaxBuckets: 1 }),
  );
  return async (signal) => {
    const command = await listBuckets();
    signal.throwIfAborted();
    const { refusal } = await ask(client, command, signal);
    return refusal?.isDenied ? undefined : refusal;
  };
}

function imported(make: (commands: Commands) => AwsCommand): () => Promise<AwsCommand> {
  return importCommand<Commands>({
    from: "@aws-sdk/client-s3",
    owner: "s3()",
    instead: "HeadBucketCommand",
    make,
  });
}

/** The meaning of the status of a response to `HeadBucket`, which has no body. */
const MEANINGS: Readonly<Record<number, string>> = {
  301: "it is in another region than the client's",
  400: "the request was not understood, or the credentials are no longer valid",
  403: "the user of the client may not see it",
  404: "there is none of this name",
};

function reasonOf(refusal: AwsRefusal, bucket?: string): string {
  const { status } = refusal;
  const meaning = bucket === undefined ? undefined : MEANINGS[status];
  if (meaning !== undefined) return `S3 answered ${status} for the bucket "${bucket}": ${meaning}.`;
  return `S3 answered ${inWords(refusal)}`;
}

import { type Check, type CheckOptions, defineCheck, type Outcome } from "../contract/check.ts";
import { CheckFailure } from "../contract/errors.ts";
import { badOption } from "../contract/misuse.ts";
import { hasMethods, type Rule } from "../contract/options.ts";
import { ON_WORKERD } from "../contract/runtime.ts";
import { validateCheck } from "./internal/clients/validate-check.ts";
import { importPackage } from "./internal/url/import-driver.ts";

/** The part of an `S3Client`, or of an `S3`, of `@aws-sdk/client-s3` that this check calls. */
export interface S3Client {
  send(command: never, options: { abortSignal: AbortSignal }): PromiseLike<unknown>;
  readonly config: { readonly forcePathStyle?: unknown };
}

/** A command of the AWS SDK, such as a `HeadBucketCommand`. */
export interface S3Command {
  resolveMiddleware(...of: never): unknown;
}

/** What {@link s3} takes. */
export interface S3Options extends CheckOptions {
  /** The client that the service already uses. */
  client: S3Client;
  /** The bucket that must be there, and that the client may see. */
  bucket?: string;
  /**
   * What is sent instead: for a service that is bundled, so that hale cannot import the commands of
   * `@aws-sdk/client-s3` by itself.
   */
  command?: S3Command;
}

const CLIENT = {
  expected: "an S3Client of @aws-sdk/client-s3",
  accepts: (value: unknown) =>
    hasMethods(value, ["send"]) &&
    (value as Partial<S3Client>).config?.forcePathStyle !== undefined,
};

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
  readonly HeadBucketCommand: new (input: { Bucket: string }) => S3Command;
  readonly ListBucketsCommand: new (input: { MaxBuckets: number }) => S3Command;
}

/**
 * Asks with `HeadBucket` whether a bucket is there and may be seen. Without one it lists a single bucket of the
 * account, and who may not list any, but is known, is up as well.
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
  const { client, bucket, command, ...rest } = validateCheck("s3()", options, CLIENT, {
    bucket: BUCKET,
    command: COMMAND,
  });
  if (bucket !== undefined && command !== undefined) {
    const expected = 'left out where "command" is given';
    throw badOption("s3()", "bucket", expected, "a string");
  }
  // Loaded beside the service's own start, so that no run has to; what failed is tried again by a run.
  let making: Promise<S3Command> | undefined;
  const make = () => {
    // There, no request may wait for what another has begun.
    if (ON_WORKERD) return commands().then((made) => commandFor(bucket, made));
    making ??= commands().then((made) => commandFor(bucket, made));
    making.catch(() => {
      making = undefined;
    });
    return making;
  };
  if (command === undefined && !ON_WORKERD) make();
  return defineCheck({
    ...rest,
    scope: "dependency",
    async run({ signal }) {
      const asked = command ?? (await make());
      signal.throwIfAborted();
      try {
        await client.send(asked as never, { abortSignal: signal });
        return undefined;
      } catch (failure) {
        const { name, $metadata, message } = (failure ?? {}) as Failure;
        // It has answered, and knows who asks: wrong credentials have names of their own.
        const isKnown = command === undefined && bucket === undefined && name === "AccessDenied";
        if (isKnown) return undefined;
        const status = $metadata?.httpStatusCode;
        if (status === undefined) throw failure;
        const reason = reasonOf(status, { name, message }, bucket);
        return { status: "down", reason } satisfies Outcome;
      }
    },
  });
}

/** An error of the AWS SDK; `$metadata` has a status where the server has answered. */
interface Failure {
  readonly name?: string | undefined;
  readonly message?: string | undefined;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

async function commands(): Promise<Commands> {
  return (await importPackage("@aws-sdk/client-s3").catch((failure: unknown) => {
    const why = failure instanceof Error ? failure.message : String(failure);
    const reason = `The commands of @aws-sdk/client-s3 could not be imported: ${why}. Give s3() "command": new HeadBucketCommand({ Bucket }), as a service that is bundled must.`;
    throw new CheckFailure("HALE_COMMAND_MISSING", reason, { cause: failure });
  })) as Commands;
}

function commandFor(bucket: string | undefined, made: Commands): S3Command {
  return bucket === undefined
    ? new made.ListBucketsCommand({ MaxBuckets: 1 })
    : new made.HeadBucketCommand({ Bucket: bucket });
}

/** What the status of an answer to `HeadBucket` means, which has no body that would say so. */
const MEANINGS: Readonly<Record<number, string>> = {
  301: "it is in another region than the client's",
  400: "the request was not understood, or the credentials are no longer valid",
  403: "it may not be seen with these credentials",
  404: "there is none of this name",
};

function reasonOf(status: number, { name, message }: Failure, bucket: string | undefined): string {
  const meaning = bucket === undefined ? undefined : MEANINGS[status];
  if (meaning !== undefined) return `S3 answered ${status} for the bucket "${bucket}": ${meaning}.`;
  return `S3 answered ${status}: ${name}${message === name ? "" : `: ${message}`}`;
}

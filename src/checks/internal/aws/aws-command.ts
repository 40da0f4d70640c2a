import { promised } from "../common/promised.ts";

/** The part of a client of `@aws-sdk` that is called here. */
export interface AwsSender {
  send(command: never, options: { abortSignal: AbortSignal }): PromiseLike<unknown>;
}

/** A command of the AWS SDK, such as a `HeadBucketCommand`. */
export interface AwsCommand {
  resolveMiddleware(...of: never): unknown;
}

/** The error of an AWS service that refused a command. */
export interface AwsRefusal {
  readonly status: number;
  readonly name: string;
  readonly message: string;
  /** Whether it knows the caller, and does not permit the command: wrong credentials have names of their own. */
  readonly isDenied: boolean;
}

/** An error of the AWS SDK; `$metadata` has a status where the service has answered. */
interface Failure {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const DENIED = /^(?:AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized)/;

/** The answer of a service of AWS: its reply, or its refusal. */
export interface AwsAnswer<Reply> {
  readonly reply?: Reply;
  readonly refusal?: AwsRefusal;
}

/**
 * Sends a command, and returns what the service has answered, or refused.
 *
 * Rejects where no service has answered.
 */
export async function ask<Reply>(
  client: AwsSender,
  command: AwsCommand,
  signal: AbortSignal,
): Promise<AwsAnswer<Reply>> {
  try {
    const reply = await promised(client.send(command as never, { abortSignal: signal }));
    return { reply: reply as Reply };
  } catch (failure) {
    const { name = "", message = "", $metadata } = (failure ?? {}) as Failure;
    const status = $metadata?.httpStatusCode;
    if (status === undefined) throw failure;
    return { refusal: { status, name, message, isDenied: DENIED.test(name) } };
  }
}

/** A refusal in the words of the service. */
export function inWords({ status, name, message }: AwsRefusal): string {
  return `${status}: ${name}${message === name || message === "" ? "" : `: ${message}`}`;
}

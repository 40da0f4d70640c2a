import type { Check, CheckOptions, Outcome } from "../contract/check.ts";
import { hasMethods, RECORD, requireOption } from "../contract/options.ts";
import { type AwsCommand, type AwsSender, ask, inWords } from "./internal/aws/aws-command.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";

/** The part of a client of `@aws-sdk` that this check calls. */
export type AwsClient = AwsSender;

/** The options of {@link aws}. */
export interface AwsOptions extends CheckOptions {
  /** The client that the service already uses, such as a `DynamoDBClient`, an `SQSClient` or an `SNSClient`. */
  client: ClientSource<AwsClient>;
  /** A command that only reads, and that the client may send: `new DescribeTableCommand({ TableName })`, say. */
  command: AwsCommand;
}

const COMMAND = {
  expected:
    "a command of @aws-sdk that only reads, such as new DescribeTableCommand({ TableName })",
  secret: true,
  accepts: (value: unknown) => hasMethods(value, ["resolveMiddleware"]),
};

/**
 * Sends a command by a client of the AWS SDK 3 and expects it to be carried out. A service that knows who
 * asks and does not allow the command is degraded. A run that is aborted aborts its request.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_UNSUPPORTED_CLIENT`
 * @example
 * ```ts
 * import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { createHealth } from "hale";
 * import { aws } from "hale/checks";
 *
 * const client = new DynamoDBClient({ region: "eu-central-1" });
 * const command = new DescribeTableCommand({ TableName: "orders" });
 * const health = createHealth({ checks: { orders: aws({ client, command, maxAge: 30_000 }) } });
 * ```
 */
export function aws(options: AwsOptions): Check {
  if (RECORD.accepts(options)) requireOption("aws()", "command", options.command, COMMAND);
  return clientCheck("aws", options, { command: COMMAND }, (client: AwsClient, { command }) => {
    return async ({ signal }: { readonly signal: AbortSignal }) => {
      const { refusal } = await ask(client, command, signal);
      if (refusal === undefined) return undefined;
      const status = refusal.isDenied ? "degraded" : "down";
      const reason = `The service answered ${inWords(refusal)}`;
      return { status, reason } satisfies Outcome;
    };
  });
}

import type { Outcome } from "../../../contract/check.ts";
import { unexpectedReply } from "../../../contract/check-failures.ts";
import { hasMarks } from "../clients/marks.ts";
import type { QueueFindings } from "../messaging/queue.ts";
import { type AwsCommand, type AwsSender, ask, inWords } from "./aws-command.ts";
import { importCommand } from "./import-command.ts";

/** The commands that are made here, of the package that the service has. */
interface Commands {
  readonly GetQueueAttributesCommand: new (input: {
    QueueUrl: string;
    AttributeNames: string[];
  }) => AwsCommand;
}

interface Attributes {
  readonly Attributes?: Readonly<Record<string, string | undefined>>;
}

/** The messages that no consumer has received; SQS counts them about a minute late. */
const WAITING = "ApproximateNumberOfMessages";

/** Whether a value is an `SQSClient`, or a client of `@aws-sdk` that does not say which it is. */
export function isSqsClient(value: unknown): value is AwsSender {
  if (!hasMarks(value, "send() middlewareStack config")) return false;
  const { serviceId = "SQS" } = (value as { config: { serviceId?: unknown } }).config;
  return serviceId === "SQS";
}

/** Makes what asks a queue of SQS for its depth; a client that may not ask is degraded. */
export function sqsQueue(
  client: AwsSender,
  url: string,
  given: AwsCommand | undefined,
): (signal: AbortSignal) => Promise<QueueFindings | Outcome> {
  const commandToSend =
    given === undefined
      ? importCommand<Commands>({
          from: "@aws-sdk/client-sqs",
          owner: "queue()",
          instead: "GetQueueAttributesCommand",
          make: ({ GetQueueAttributesCommand }) =>
            new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [WAITING] }),
        })
      : async () => given;
  return async (signal) => {
    const command = await commandToSend();
    signal.throwIfAborted();
    const { reply, refusal } = await ask<Attributes>(client, command, signal);
    if (refusal !== undefined) {
      const status = refusal.isDenied ? "degraded" : "down";
      return { status, reason: `SQS answered ${inWords(refusal)}` };
    }
    const waiting = Number(reply?.Attributes?.[WAITING] ?? Number.NaN);
    if (Number.isNaN(waiting)) throw unexpectedReply(WAITING, reply?.Attributes?.[WAITING]);
    return { waiting };
  };
}

import type { Check, CheckOptions } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";

/** The part of a nodemailer transporter that this check calls. */
export interface MailClient {
  verify(): PromiseLike<unknown>;
}

/** The options of {@link mail}. */
export interface MailOptions extends CheckOptions {
  /** The transporter that the service already uses: what `createTransport` of nodemailer makes. */
  client: ClientSource<MailClient>;
}

/**
 * Calls `verify` of a nodemailer transporter: connects, greets, logs in and leaves, and sends no mail.
 * nodemailer opens a connection for it, so give it a long `interval`. At most one waits for an answer.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createTransport } from "nodemailer";
 * import { createHealth } from "hale";
 * import { mail } from "hale/checks";
 *
 * const client = createTransport({ host: "127.0.0.1", port: 2525 });
 * const check = mail({ client, critical: false, interval: 60_000, timeout: 5000 });
 * const health = createHealth({ checks: { mail: check } });
 * ```
 */
export function mail(options: MailOptions): Check {
  return clientCheck("mail", options, {}, (client: MailClient) => {
    const verify = oneAtATime(async () => client.verify());
    return async () => {
      const verified = await verify();
      // Transports that have no server answer false.
      if (verified !== true) throw unexpectedReply("true", verified);
    };
  });
}

import { type MailClient, mail } from "../../mail.ts";
import type { Opener } from "./opener.ts";

interface Nodemailer {
  readonly createTransport: (url: string) => MailClient & { close(): void };
}

export const opener: Opener = {
  schemes: ["smtp", "smtps"],
  packages: ["nodemailer"],
  async open({ href }, { driver, options }) {
    const { createTransport } = await driver<Nodemailer>("nodemailer");
    const client = createTransport(href);
    return { check: mail({ ...options, client }), close: () => client.close() };
  },
};

import { fileURLToPath } from "node:url";
import { firstReply } from "./_first-reply.ts";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

const USER = "hale";
const PASSWORD = "correct-horse";

/** The mail server of the package smtp-server, to which clients must log in. It prints `connected` for each. */
export const smtp = defineServer({
  name: "smtp-server",
  programs: ["node"],
  packages: { debian: ["nodejs"], fedora: ["nodejs"], homebrew: ["node"] },
  start({ port }) {
    return {
      args: [
        fileURLToPath(new URL("programs/smtp.mjs", import.meta.url)),
        String(port),
        USER,
        PASSWORD,
      ],
      url: `smtp://${USER}:${PASSWORD}@${HOST}:${port}`,
      async ready() {
        return (await firstReply(port).catch(() => "")).startsWith("220 ");
      },
    };
  },
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { firstReply } from "./_first-reply.ts";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

const NAME = "cn=hale";
const PASSWORD = "correct-horse";

/** Asks for the root entry as nobody: a message with one search of the base "", for objectClass. */
const SEARCH = Buffer.from(
  "3025020101632004000a01000a0100020100020100010100870b6f626a656374436c6173733000",
  "hex",
);

/** OpenLDAP with an empty directory, whose administrator's name and password are in the url. */
export const ldap = defineServer({
  name: "OpenLDAP",
  programs: ["slapd"],
  folders: ["/usr/sbin", "/usr/libexec", "/opt/homebrew/opt/openldap/libexec"],
  packages: { debian: ["slapd"], fedora: ["openldap-servers"], homebrew: ["openldap"] },
  refusesRoot: true,
  async start({ port, folder }) {
    const file = join(folder, "slapd.conf");
    const lines = [
      "database ldif",
      `directory ${folder}`,
      `suffix "${NAME}"`,
      `rootdn "${NAME}"`,
      `rootpw ${PASSWORD}`,
    ];
    await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o644 });
    return {
      // With a level of debugging it stays in the foreground.
      args: ["-d", "0", "-h", `ldap://${HOST}:${port}`, "-f", file],
      url: `ldap://${encodeURIComponent(NAME)}:${PASSWORD}@${HOST}:${port}`,
      async ready() {
        return (await firstReply(port, SEARCH).catch(() => "")) !== "";
      },
    };
  },
});

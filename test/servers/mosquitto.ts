import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { firstReply } from "./_first-reply.ts";
import { HOST } from "./_place.ts";
import { run } from "./_run.ts";
import { defineServer } from "./_server.ts";

const [USER, PASSWORD] = ["hale", "correct-horse"];

/** CONNECT of MQTT 3.1.1 without a name: it is refused with a CONNACK. */
const GREETING = "\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0";

/** Mosquitto, where the user `hale` logs in with a password. */
export const mosquitto = defineServer({
  name: "Mosquitto",
  programs: ["mosquitto"],
  folders: ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"],
  packages: { debian: ["mosquitto"], fedora: ["mosquitto"], homebrew: ["mosquitto"] },
  async start({ port, folder, program }) {
    const passwords = join(folder, "passwords");
    await writeFile(passwords, "", { mode: 0o600 });
    await run(passwordTool(program), ["-b", passwords, USER, PASSWORD]);
    const config = join(folder, "mosquitto.conf");
    await writeFile(
      config,
      `listener ${port} ${HOST}
allow_anonymous false
password_file ${passwords}
persistence false
user root
`,
    );
    return {
      args: ["-c", config],
      url: `mqtt://${USER}:${PASSWORD}@${HOST}:${port}`,
      async ready() {
        return (await firstReply(port, GREETING).catch(() => "")).startsWith("\x20\x02");
      },
    };
  },
});

/** Its tool for passwords is beside it, or in the folder of the users' programs. */
function passwordTool(program: string): string {
  return program.replace(/sbin\/mosquitto$/, "bin/mosquitto_passwd");
}

import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { firstReply } from "./_first-reply.ts";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

/** What every client of AMQP 0-9-1 says first. */
const GREETING = "AMQP\0\0\x09\x01";

/**
 * RabbitMQ asks the mapper of Erlang's ports, and would leave one behind that it had to start: this
 * one ends with it. The first wait ends with the signal, the second with the server.
 */
const SCRIPT = `
  epmd -address "$ERL_EPMD_ADDRESS" -port "$ERL_EPMD_PORT" &
  mapper=$!
  until epmd -port "$ERL_EPMD_PORT" -names; do sleep 0.05; done
  "$1" &
  server=$!
  trap 'kill "$server"' TERM
  wait "$server"
  wait "$server"
  kill "$mapper"
`;

export interface RabbitmqOptions {
  /** Plugins that are on, such as `rabbitmq_amqp1_0`. */
  plugins: readonly string[];
  /** Whether it has an alarm for want of memory from its start on, so that it accepts no messages. */
  memoryAlarm: boolean;
}

/** RabbitMQ, where the user `hale` has all rights and logs in with a password. */
export const rabbitmq = defineServer<RabbitmqOptions>({
  name: "RabbitMQ",
  // A neighbour of the program: the one of that name on Debian's PATH takes another user's rights.
  programs: ["rabbitmq-defaults"],
  folders: [
    "/usr/lib/rabbitmq/bin",
    "/opt/homebrew/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
  ],
  packages: { debian: ["rabbitmq-server"], fedora: ["rabbitmq-server"], homebrew: ["rabbitmq"] },
  async start({ port, folder, program }, { plugins = [], memoryAlarm = false }) {
    await writeFile(
      join(folder, "rabbitmq.conf"),
      `listeners.tcp.1 = ${HOST}:${port}
default_user = hale
default_pass = correct-horse
log.console = true
log.console.level = warning
log.file = false
disk_free_limit.absolute = 1MB
${memoryAlarm ? "vm_memory_high_watermark.relative = 0.00001\n" : ""}`,
    );
    await writeFile(join(folder, "enabled_plugins"), `[${plugins.join()}].\n`);
    return {
      command: "sh",
      args: ["-c", SCRIPT, "sh", join(dirname(program), "rabbitmq-server")],
      env: {
        ERL_EPMD_ADDRESS: HOST,
        ERL_EPMD_PORT: String(port + 1),
        RABBITMQ_NODENAME: `hale-${port}@localhost`,
        RABBITMQ_DIST_PORT: String(port + 2),
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1",
        RABBITMQ_CONF_ENV_FILE: join(folder, "none"),
        RABBITMQ_CONFIG_FILE: join(folder, "rabbitmq"),
        RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, "none"),
        RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "enabled_plugins"),
        RABBITMQ_MNESIA_BASE: join(folder, "data"),
        RABBITMQ_LOG_BASE: join(folder, "log"),
        RABBITMQ_LOGS: "-",
      },
      url: `amqp://hale:correct-horse@${HOST}:${port}`,
      async ready() {
        const reply = await firstReply(port, GREETING).catch(() => "");
        return reply.includes("RabbitMQ");
      },
    };
  },
});

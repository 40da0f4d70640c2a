import { defineCommand } from "./internal/command.ts";
import { HOST } from "./internal/host.ts";
import { EXIT_OUTPUT_LOST } from "./internal/lost-output.ts";
import { UsageError } from "./internal/usage-error.ts";

function parseHost(text: string): string {
  if (!HOST.test(text)) throw new UsageError("must be an address of this host, such as 127.0.0.1");
  return text;
}

/** Serves health endpoints beside a program in any language. */
export const serve = defineCommand({
  name: "serve",
  summary: "Serves health endpoints beside a program in any language.",
  description: [
    "Serves liveness, readiness, startup and deep health on a port of its own, for a program that has no such endpoints. Checks are URLs on the command line, in a configuration file, or in the environment.",
    "Without arguments it reads hale.yaml, hale.yml or hale.json of the current folder. SIGHUP reads the file again; a wrong file is refused, and the previous configuration kept. SIGTERM drains: readiness fails, and the process ends once its probers know.",
    "Drivers are those of the current folder, or installed beside hale: npx -p hale -p pg -p ioredis hale serve …",
  ],
  arguments: { name: "name=url", summary: "A check: its name, and the URL of the dependency." },
  flags: {
    config: { type: "file", short: "c", summary: "The configuration file, YAML or JSON." },
    "from-env": {
      type: "switch",
      summary: "Adds a check for each URL in the environment, such as DATABASE_URL.",
    },
    check: {
      type: "switch",
      summary: "Reads the configuration, writes what is wrong with it, and ends.",
    },
    port: {
      type: "number",
      short: "p",
      max: 65_535,
      summary: "The port to listen on: 9000, where nothing else is configured.",
    },
    host: {
      type: "text",
      hint: "address",
      parse: parseHost,
      summary: "The address to listen on: every address, where nothing else is configured.",
    },
    thread: { type: "switch", summary: "Answers from a thread of its own." },
    log: {
      type: "choice",
      of: ["text", "json", "off"],
      summary: "The form of the log: text, where nothing else is configured.",
    },
  },
  examples: [
    {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: hale replaces this reference itself.
      command: "hale serve 'database=${DATABASE_URL}' cache=redis://127.0.0.1:6379",
      effect: "Serves two checks at port 9000; the password stays out of the list of processes.",
    },
    {
      command: "hale serve --config hale.yaml --check",
      effect: "Says what is wrong with a configuration, with line and column.",
    },
    {
      command: "npx -p hale -p pg -p ioredis hale serve --from-env",
      effect: "Serves a check for each URL in the environment, with nothing installed before.",
    },
  ],
  exits: {
    0: "A signal ended it, and nothing was cut off; or with --check, the configuration is valid.",
    1: "The port was not available, the shutdown was cut short, or a driver threw in a callback, after which hale drains.",
    [EXIT_OUTPUT_LOST]: "With --check, the configuration is valid, and that could not be written.",
    78: "The configuration is wrong.",
    130: "SIGINT came before it listened, or again during the shutdown.",
    143: "SIGTERM came before it listened, or again during the shutdown.",
  },
  async run({ flags, arguments: words }, terminal) {
    const { port, host, thread, log } = flags;
    const { checkService, serveUntilSignal } = await import("./internal/serve/run-serve.ts");
    const { findConfig } = await import("./internal/serve/find-config.ts");
    const fromEnv = flags["from-env"];
    const file = flags.config ?? (words.length > 0 || fromEnv ? undefined : findConfig());
    if (file === undefined && words.length === 0 && !fromEnv) {
      throw new UsageError("Expected a name=url, --config, --from-env, or a file hale.yaml here.");
    }
    const listen = {
      ...(port !== undefined && { port }),
      ...(host !== undefined && { host }),
      ...(thread && { thread }),
    };
    const options = { file, words, fromEnv, listen, log };
    return flags.check ? checkService(options, terminal) : serveUntilSignal(options, terminal);
  },
});

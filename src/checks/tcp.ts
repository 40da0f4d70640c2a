import { type Check, type CheckOptions, defineCheck } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { CHECK_OPTION_RULES, type Rule, requireOption } from "../contract/options.ts";
import { validateArgument } from "../contract/validate-argument.ts";
import { HOST, PORT, throughSocket } from "./internal/common/endpoint.ts";
import { builtin } from "./internal/process/builtin.ts";

/** The options of {@link tcp}. */
export interface TcpOptions extends CheckOptions {
  /** The name or address of the host. */
  host: string;
  port: number;
  /**
   * The greeting of the server, such as `"220 "` of a mail server: its beginning, or a pattern. Without it,
   * a connection that is accepted is all that is asked for.
   */
  greeting?: string | RegExp | undefined;
}

const GREETING: Rule = {
  expected: "a text or a regular expression",
  accepts: (value) => (typeof value === "string" && value !== "") || value instanceof RegExp,
};

/** Characters after which what came is no greeting that was expected. */
const LONGEST = 4096;

/**
 * Opens a TCP connection and closes it again; may wait for the server's greeting.
 *
 * It sends nothing. Many servers accept connections long after they have stopped working, so prefer
 * a check that speaks with the server.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_NO_NODE_MODULE`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { tcp } from "hale/checks";
 *
 * const mail = tcp({ host: "127.0.0.1", port: 25, greeting: "220 " });
 * const health = createHealth({ checks: { mail } });
 * ```
 */
export function tcp(options: TcpOptions): Check {
  const owner = "tcp()";
  const rules: Readonly<Record<string, Rule>> = {
    host: HOST,
    port: PORT,
    greeting: GREETING,
    ...CHECK_OPTION_RULES,
  };
  validateArgument(owner, options, rules, ["host", "port"]);
  requireOption(owner, "host", options.host, HOST);
  requireOption(owner, "port", options.port, PORT);
  const { host, port, greeting, ...rest } = options;
  const { connect } = builtin(owner, "node:net");
  return defineCheck({
    ...rest,
    scope: "dependency",
    async run({ signal }) {
      const startedAt = performance.now();
      await throughSocket(connect({ host, port }), "connect", signal, async (socket) => {
        if (greeting !== undefined) await expectGreeting(socket, greeting);
      });
      const responseTime = Math.round(performance.now() - startedAt);
      return { status: "up", observations: { responseTime: { value: responseTime, unit: "ms" } } };
    },
  });
}

async function expectGreeting(socket: AsyncIterable<Uint8Array>, wanted: string | RegExp) {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of socket) {
    text += decoder.decode(chunk, { stream: true });
    if (typeof wanted === "string" ? text.startsWith(wanted) : text.search(wanted) >= 0) return;
    if (typeof wanted === "string" && !wanted.startsWith(text)) break;
    if (text.length > LONGEST) break;
  }
  const expected = typeof wanted === "string" ? JSON.stringify(wanted) : String(wanted);
  throw unexpectedReply(`${expected} as the greeting`, text);
}

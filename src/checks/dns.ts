import { type Check, type CheckOptions, defineCheck } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { CHECK_OPTION_RULES, oneOf, type Rule, requireOption } from "../contract/options.ts";
import { validateArgument } from "../contract/validate-argument.ts";
import { builtin } from "./internal/process/builtin.ts";

/** A kind of record that can be asked for. */
export type DnsRecordType = "A" | "AAAA" | "CAA" | "CNAME" | "MX" | "NS" | "PTR" | "SRV" | "TXT";

/** The options of {@link dns}. */
export interface DnsOptions extends CheckOptions {
  /** The name that is asked for; for `PTR` it is the name of the address, such as `1.0.0.127.in-addr.arpa`. */
  name: string;
  /** @default "A" */
  type?: DnsRecordType | undefined;
  /**
   * The servers that are asked: addresses, each with a port if it is not 53, such as `127.0.0.1:5353`.
   *
   * @default those of the system
   */
  servers?: readonly string[] | undefined;
  /**
   * The texts that must be among the records, or a function that is given the records, as `node:dns` has
   * them, and returns whether they are right. Without it, one record of any kind is enough.
   */
  expect?: readonly string[] | ((records: readonly unknown[]) => boolean) | undefined;
}

const isText = (value: unknown) => typeof value === "string" && /^\S+$/.test(value);
const NAME: Rule = { expected: "a name to ask for", accepts: isText };
const TYPE = oneOf(["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT"]);
const LIST: Rule = {
  expected: "a list of one or more addresses, each with a port or without",
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
};
const EXPECT: Rule = {
  expected: "a function, or a list of one or more texts",
  accepts: (value) =>
    typeof value === "function" ||
    (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string")),
};

/**
 * Queries a DNS server for the records of a name, and expects at least one.
 *
 * It asks the server itself: neither the hosts file nor a cache of Node answers. A run that is aborted
 * cancels its query.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_NO_NODE_MODULE`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { dns } from "hale/checks";
 *
 * const names = dns({ name: "payments.internal", servers: ["127.0.0.1:5353"] });
 * const health = createHealth({ checks: { names } });
 * ```
 */
export function dns(options: DnsOptions): Check {
  const owner = "dns()";
  const rules: Readonly<Record<string, Rule>> = {
    name: NAME,
    type: TYPE,
    servers: LIST,
    expect: EXPECT,
    ...CHECK_OPTION_RULES,
  };
  validateArgument(owner, options, rules, ["name"]);
  requireOption(owner, "name", options.name, NAME);
  const { name, type = "A", servers, expect, ...rest } = options;
  const { Resolver } = builtin(owner, "node:dns").promises;
  const resolver = new Resolver();
  if (servers !== undefined) {
    requireOption(owner, "servers", servers, {
      ...LIST,
      accepts: () => canAsk(() => resolver.setServers(servers)),
    });
  }
  return defineCheck({
    ...rest,
    scope: "dependency",
    async run({ signal }) {
      const startedAt = performance.now();
      const cancel = () => resolver.cancel();
      signal.addEventListener("abort", cancel, { once: true });
      try {
        const records: unknown[] = [await resolver.resolve(name, type)].flat();
        const responseTime = Math.round(performance.now() - startedAt);
        expectRecords(records, type, expect);
        return {
          status: "up",
          observations: {
            records: { value: records.length, unit: "records" },
            responseTime: { value: responseTime, unit: "ms" },
          },
        };
      } finally {
        signal.removeEventListener("abort", cancel);
      }
    },
  });
}

function expectRecords(
  records: readonly unknown[],
  type: DnsRecordType,
  expect: DnsOptions["expect"] = () => records.length > 0,
): void {
  if (typeof expect === "function") {
    if (expect(records) === true) return;
    throw unexpectedReply(`right ${type} records`, JSON.stringify(records));
  }
  // A TXT record is a list of its parts.
  const texts = records.map((record) => (Array.isArray(record) ? record.join("") : String(record)));
  const missing = expect.find((text) => !texts.includes(text));
  if (missing === undefined) return;
  const expected = `${JSON.stringify(missing)} among the ${type} records`;
  throw unexpectedReply(expected, texts.join(", "));
}

function canAsk(set: () => void): boolean {
  try {
    set();
    return true;
  } catch {
    return false;
  }
}

import { describe, expect, test } from "vitest";
import { adapterAudits, type Mount } from "../../src/testing/adapter-audits.ts";
import type { Audit } from "../../src/testing/audit.ts";
import { type Controlled, controlledAudits } from "../../src/testing/controlled-audits.ts";

/** Milliseconds after which an answer counts as none: a limit, which no answer comes near. */
const WITHIN = 30_000;

/**
 * What a framework does in place of what audits ask for: the id of each, and what its message says was
 * seen. Each page of an adapter names its own.
 */
export type Differences = Readonly<Record<string, RegExp>>;

/** Checks one way in against every audit, each on a real server of its own. */
export function adapterContract(name: string, mount: Mount, differences: Differences = {}): void {
  auditContract(name, adapterAudits(mount, WITHIN), differences);
}

/** The same for a server whose health is not made by the audit, or that is not asked over HTTP/1. */
export function controlledContract(
  name: string,
  start: () => Promise<Controlled>,
  differences: Differences = {},
): void {
  auditContract(name, controlledAudits(start, WITHIN), differences);
}

function auditContract(name: string, audits: readonly Audit[], differences: Differences): void {
  describe(name, () => {
    test("differs in nothing but audits that there are", () => {
      const ids = audits.map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining(Object.keys(differences)));
    });

    test.for(audits)("$name", async (audit) => {
      const { message } = await audit.run();
      const difference = differences[audit.id];
      if (difference === undefined) expect(message).toBeUndefined();
      else expect(message ?? "It passes.").toMatch(difference);
    });
  });
}

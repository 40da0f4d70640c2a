import { describe, expect, test } from "vitest";
import { adapterAudits, type Mount } from "../../src/testing/adapter-audits.ts";

export type { Mount } from "../../src/testing/adapter-audits.ts";

/** Where a framework is known to differ: the id of an audit, and what its message says then. */
export type Differences = Readonly<Record<string, RegExp>>;

/** Checks one way in against every audit, each on a real server of its own. */
export function adapterContract(name: string, mount: Mount, differs: Differences = {}): void {
  const audits = adapterAudits(mount);

  describe(name, () => {
    test("differs in nothing but audits that there are", () => {
      const ids = audits.map(({ id }) => id);
      expect(Object.keys(differs).filter((id) => !ids.includes(id))).toEqual([]);
    });

    test.for(audits)("$name", async (audit) => {
      const { message } = await audit.run();
      const difference = differs[audit.id];
      if (difference === undefined) expect(message).toBeUndefined();
      else expect(message).toMatch(difference);
    });
  });
}

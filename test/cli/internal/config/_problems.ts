import { ConfigError } from "../../../../src/cli/internal/config/config-error.ts";
import { loadService } from "../../../../src/cli/internal/config/load-service.ts";
import type { ReferenceSources } from "../../../../src/cli/internal/config/references.ts";

/** The sources of references of a test. */
export const sources = {
  env: { PORT: "8123", EMPTY: "", PASSWORD: "p@ss/w%rd:1", ENCODED: "p%40ss" },
  readFile(path: string) {
    if (path === "/run/secrets/token") return "0123456789abcdef\n";
    if (path === "/run/secrets/tokens") return "0123456789abcdef\nfedcba9876543210\n";
    throw Object.assign(new Error("no such file"), { code: "ENOENT" });
  },
};

const NOTHING = { words: [], fromEnv: false, listen: {}, log: undefined } as const;

/** Loads a service of the text of a file, and closes it with the test. */
export function load(
  text: string,
  origins: Partial<Parameters<typeof loadService>[0]> = {},
  from: ReferenceSources = sources,
) {
  const file = { name: "hale.yaml", text };
  return loadService({ ...NOTHING, file, ...origins }, from, () => false);
}

/** The paragraphs of what is wrong with a configuration. */
export async function problemsOf(text: string): Promise<readonly string[]> {
  try {
    const { health } = load(text);
    await health.close();
    return [];
  } catch (failure) {
    if (!(failure instanceof ConfigError)) throw failure;
    return failure.message.split("\n\n");
  }
}

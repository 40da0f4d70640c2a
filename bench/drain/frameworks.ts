import { fileURLToPath } from "node:url";

/** Those of the tests are theirs; Nest is a package of the bench alone. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "node:http": "../../test/scenarios/programs/replica-http.mjs",
  Express: "../../test/scenarios/programs/replica-express.mjs",
  Fastify: "../../test/scenarios/programs/replica-fastify.mjs",
  Nest: "replica-nest.mjs",
  http2: "../../test/scenarios/programs/replica-http2.mjs",
};

/** The frameworks of the replicas. */
export const FRAMEWORKS: readonly string[] = Object.keys(PROGRAMS);

/** The path of the program of a replica. */
export function programOf(framework: string): string {
  return fileURLToPath(new URL(PROGRAMS[framework] ?? "", import.meta.url));
}

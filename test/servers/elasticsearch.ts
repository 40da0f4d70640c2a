import { fileURLToPath } from "node:url";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

const USER = "hale";
const PASSWORD = "correct-horse";

/**
 * No Elasticsearch and no OpenSearch, which no registry of packages has: a program of the tests that
 * answers the one question of the check, over HTTP, to whom has the password.
 *
 * Besides, `PUT /status` makes the cluster `yellow` or `red`, and `GET /asked` counts `questions` and
 * `connections`.
 */
export const elasticsearch = defineServer({
  name: "responder of Elasticsearch's cluster health",
  programs: ["node"],
  packages: { debian: ["nodejs"], fedora: ["nodejs"], homebrew: ["node"] },
  start({ port }) {
    return {
      args: [
        fileURLToPath(new URL("programs/elasticsearch.mjs", import.meta.url)),
        String(port),
        USER,
        PASSWORD,
      ],
      url: `http://${USER}:${PASSWORD}@${HOST}:${port}`,
      async ready() {
        const signal = AbortSignal.timeout(1000);
        return fetch(`http://${HOST}:${port}`, { signal }).then(
          ({ status }) => status === 401,
          () => false,
        );
      },
    };
  },
});

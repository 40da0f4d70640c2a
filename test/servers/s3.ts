import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

/** The key and the secret that s3rver knows; it has no others. */
const KEY = "S3RVER";

/** The bucket that is there. */
export const BUCKET = "uploads";

/** The S3 server of the package s3rver, which knows its clients by their key, and does not check the signatures of today. */
export const s3 = defineServer({
  name: "s3rver",
  programs: ["node"],
  packages: { debian: ["nodejs"], fedora: ["nodejs"], homebrew: ["node"] },
  start({ port, folder }) {
    return {
      args: [
        fileURLToPath(new URL("programs/s3.mjs", import.meta.url)),
        String(port),
        join(folder, "data"),
        BUCKET,
      ],
      url: `http://${KEY}:${KEY}@${HOST}:${port}`,
      async ready() {
        const signal = AbortSignal.timeout(1000);
        return fetch(`http://${HOST}:${port}/${BUCKET}`, { method: "HEAD", signal }).then(
          ({ status }) => status < 500,
          () => false,
        );
      },
    };
  },
});

import { fileURLToPath } from "node:url";
import { MongoClient } from "mongodb";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

const USER = "hale";
const PASSWORD = "correct-horse";

/**
 * No MongoDB, which no registry of packages has: a program of the tests that speaks as much of its
 * protocol as the driver needs to find a server, to log in and to ping it.
 *
 * Besides, it knows the commands `setRole`, after which it is `primary` or `secondary` of a replica set,
 * and `serverStatus`, which counts `connections` and `pings`.
 */
export const mongodb = defineServer({
  name: "responder of MongoDB's protocol",
  programs: ["node"],
  packages: { debian: ["nodejs"], fedora: ["nodejs"], homebrew: ["node"] },
  start({ port }) {
    const url = `mongodb://${USER}:${PASSWORD}@${HOST}:${port}/?authSource=admin`;
    return {
      args: [
        fileURLToPath(new URL("programs/mongodb.mjs", import.meta.url)),
        String(port),
        USER,
        PASSWORD,
      ],
      url,
      async ready() {
        const client = new MongoClient(url, { serverSelectionTimeoutMS: 1000 });
        try {
          return (await client.db().command({ ping: 1 })).ok === 1;
        } catch {
          return false;
        } finally {
          await client.close();
        }
      },
    };
  },
});

import { type MongodbMongoClient, mongodb } from "../../mongodb.ts";
import type { Opener } from "./opener.ts";

interface Driver {
  readonly MongoClient: new (
    url: string,
    options: object,
  ) => MongodbMongoClient & { close(): Promise<void> };
}

export const opener: Opener = {
  schemes: ["mongodb", "mongodb+srv"],
  packages: ["mongodb"],
  async open(_url, { driver, options, text }) {
    const { MongoClient } = await driver<Driver>("mongodb");
    const client = new MongoClient(text, { maxPoolSize: 1 });
    return { check: mongodb({ ...options, client }), close: () => client.close() };
  },
};

import { type MysqlCallbacks, mysql } from "../../mysql.ts";
import type { Opener } from "./opener.ts";

interface Mysql2 {
  readonly default: {
    readonly createPool: (options: object) => MysqlCallbacks & { end(done: () => void): void };
  };
}

export const opener: Opener = {
  schemes: ["mysql", "mariadb"],
  packages: ["mysql2"],
  async open({ href }, { driver, options }) {
    const { createPool } = (await driver<Mysql2>("mysql2")).default;
    const client = createPool({ uri: href.replace(/^mariadb/, "mysql"), connectionLimit: 1 });
    return {
      check: mysql({ ...options, client }),
      close: () => new Promise<void>((done) => client.end(() => done())),
    };
  },
};

import { type MysqlClient, mysql } from "../../mysql.ts";
import { openWithFirst } from "./first-driver.ts";
import { hostOf } from "./host-of.ts";
import type { Opener } from "./opener.ts";

/** `mysql2` or `mysql`, whose calls take callbacks. */
interface WithCallbacks {
  readonly default: {
    readonly createPool: (options: object) => MysqlClient & { end(done: () => void): void };
  };
}

interface Mariadb {
  readonly default: {
    readonly createPool: (options: object) => MysqlClient & { end(): Promise<void> };
  };
}

export const opener: Opener = {
  schemes: ["mysql", "mariadb"],
  packages: ["mysql2", "mariadb", "mysql"],
  open(url, { driver, options }) {
    const { username, password, pathname, port } = url;
    const parts = {
      host: hostOf(url),
      port: Number(port || PORT),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: decodeURIComponent(pathname.slice(1)) || undefined,
      connectionLimit: 1,
    };
    const withCallbacks = (client: ReturnType<WithCallbacks["default"]["createPool"]>) => ({
      check: mysql({ ...options, client }),
      close: () => new Promise<void>((done) => client.end(() => done())),
    });
    return openWithFirst(driver, {
      mysql2: ({ default: { createPool } }: WithCallbacks) => {
        const uri = url.href.replace(/^mariadb/, "mysql");
        return withCallbacks(createPool({ uri, connectionLimit: 1 }));
      },
      mariadb({ default: { createPool } }: Mariadb) {
        const client = createPool(parts);
        return { check: mysql({ ...options, client }), close: () => client.end() };
      },
      mysql: ({ default: { createPool } }: WithCallbacks) => withCallbacks(createPool(parts)),
    });
  },
};

const PORT = 3306;

import { type AmqpChannel, amqp } from "../../amqp.ts";
import type { Opener } from "./opener.ts";

interface Connection {
  createChannel(): Promise<AmqpChannel>;
  close(): Promise<void>;
  on(event: "close" | "error", listener: () => void): unknown;
}

interface Driver {
  readonly connect: (url: string, options: object) => Promise<Connection>;
}

/** Milliseconds until a server that accepts and says nothing is tried again. */
const PATIENCE = 5_000;

export const opener: Opener = {
  schemes: ["amqp", "amqps"],
  packages: ["amqplib"],
  async open({ href }, { driver, options }) {
    const { connect } = await driver<Driver>("amqplib");
    let connection: Promise<Connection> | undefined;

    /** The driver does not connect again by itself. */
    function connected(): Promise<Connection> {
      const mine = connect(href, { timeout: PATIENCE });
      const forget = () => {
        if (connection === mine) connection = undefined;
      };
      mine.then((made) => {
        // What ends a connection is seen by the next run.
        made.on("error", () => {});
        made.on("close", forget);
      }, forget);
      return mine;
    }

    const client = {
      async createChannel() {
        connection ??= connected();
        return (await connection).createChannel();
      },
    };
    return {
      check: amqp({ ...options, client }),
      client,
      close: async () => (await connection?.catch(() => undefined))?.close(),
    };
  },
};

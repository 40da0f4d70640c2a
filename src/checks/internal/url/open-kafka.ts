import { type KafkaFactory, kafka } from "../../kafka.ts";
import type { Opener } from "./opener.ts";

interface Driver {
  readonly Kafka: new (options: object) => KafkaFactory;
}

export const opener: Opener = {
  schemes: ["kafka"],
  packages: ["kafkajs"],
  async open({ username, password }, { driver, hosts, options }) {
    const { Kafka } = await driver<Driver>("kafkajs");
    const client = new Kafka({
      clientId: "hale",
      brokers: hosts,
      // What it would log comes as the reason of the check.
      logLevel: 0,
      ...(username !== "" && {
        sasl: {
          mechanism: "plain",
          username: decodeURIComponent(username),
          password: decodeURIComponent(password),
        },
      }),
    });
    const check = kafka({ ...options, client });
    return { check, close: () => check.close?.() };
  },
};

import { type KafkaClient, kafka } from "../../kafka.ts";
import { openWithFirst } from "./first-driver.ts";
import type { Opener } from "./opener.ts";

interface KafkaJs {
  readonly Kafka: new (options: object) => KafkaClient;
}

interface Confluent {
  readonly KafkaJS: KafkaJs;
}

interface Platformatic {
  readonly Admin: new (options: object) => KafkaClient & { close(): unknown };
}

export const opener: Opener = {
  schemes: ["kafka"],
  packages: ["kafkajs", "@confluentinc/kafka-javascript", "@platformatic/kafka"],
  open({ username, password }, { driver, hosts, options }) {
    const login = {
      mechanism: "plain",
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
    };
    const isLoggedIn = username !== "";
    const opened = (client: KafkaClient) => {
      const check = kafka({ ...options, client });
      return { check, close: () => check.close?.() };
    };
    return openWithFirst(driver, {
      kafkajs: ({ Kafka }: KafkaJs) =>
        opened(
          new Kafka({
            clientId: "hale",
            brokers: hosts,
            // What it would log comes as the reason of the check.
            logLevel: 0,
            ...(isLoggedIn && { sasl: login }),
          }),
        ),
      "@confluentinc/kafka-javascript": ({ KafkaJS: { Kafka } }: Confluent) =>
        opened(
          new Kafka({
            "client.id": "hale",
            "bootstrap.servers": hosts.join(),
            ...(isLoggedIn && {
              "security.protocol": "sasl_plaintext",
              "sasl.mechanisms": "PLAIN",
              "sasl.username": login.username,
              "sasl.password": login.password,
            }),
          }),
        ),
      "@platformatic/kafka"({ Admin }: Platformatic) {
        const client = new Admin({
          clientId: "hale",
          bootstrapBrokers: hosts,
          retries: 0,
          ...(isLoggedIn && { sasl: { ...login, mechanism: "PLAIN" } }),
        });
        return { check: kafka({ ...options, client }), close: () => client.close() };
      },
    });
  },
};

import { type MqttClient, mqtt } from "../../mqtt.ts";
import type { Opener } from "./opener.ts";

interface Driver {
  readonly connect: (
    url: string,
    options: object,
  ) => MqttClient & {
    on(event: "error", listener: () => void): unknown;
    end(force: boolean): unknown;
  };
}

export const opener: Opener = {
  schemes: ["mqtt", "mqtts"],
  packages: ["mqtt"],
  async open({ href }, { driver, options }) {
    const { connect } = await driver<Driver>("mqtt");
    const client = connect(href, { reconnectOnConnackError: true });
    // A connection that is lost is seen by the next run.
    client.on("error", () => {});
    return { check: mqtt({ ...options, client }), close: () => client.end(true) };
  },
};

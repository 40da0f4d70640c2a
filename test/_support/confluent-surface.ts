/**
 * The surface of the clients of `KafkaJS` in `@confluentinc/kafka-javascript` 1.10.1, as its published package has it:
 * the names of the methods on each prototype, with the parameters that each declares. None has properties of its own.
 */
export const CONFLUENT_SURFACE = {
  Kafka: "producer(1) consumer(1) admin(1)",
  Admin:
    "connect(0) disconnect(0) createTopics(1) deleteTopics(1) listGroups(0) describeGroups(1) deleteGroups(1) listTopics(0) fetchOffsets(0) deleteTopicRecords(0) fetchTopicMetadata(0) fetchTopicOffsets(1) fetchTopicOffsetsByTimestamp(2)",
  Producer:
    "_getInternalClient(0) dependentAdmin(0) connect(0) disconnect(0) transaction(0) commit(0) abort(0) sendOffsets(1) isActive(0) send(1) sendBatch(1) logger(0) setSaslCredentials(0) flush(0)",
  // Its getter `events` throws, as `on` and `describeGroup` do.
  Consumer:
    "_getInternalClient(0) dependentAdmin(0) connect(0) subscribe(1) stop(0) run(1) commitOffsets(0) committed(0) seek(1) describeGroup(0) assignment(0) rebalanceProtocol(0) pause(1) paused(0) resume(1) on(0) logger(0) events disconnect(0)",
} as const;

/** An object of that surface, none of whose methods and getters may be called. */
export function ofSurface(surface: string): object {
  const prototype = {};
  for (const member of surface.split(" ")) {
    const [, name = "", parameters] = /^(\w+)(?:\((\d+)\))?$/.exec(member) ?? [];
    const refuse = () => {
      throw new Error(`${name} was used.`);
    };
    if (parameters === undefined) Object.defineProperty(prototype, name, { get: refuse });
    else {
      Object.defineProperty(refuse, "length", { value: Number(parameters) });
      Object.defineProperty(prototype, name, { value: refuse });
    }
  }
  return Object.create(prototype);
}

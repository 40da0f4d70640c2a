export { attach, type NodeServer } from "./adapters/node.ts";
export {
  type Listening,
  type ListenOptions,
  listen,
  type StalledOptions,
} from "./server/listen.ts";

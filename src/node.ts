export { attach, type NodeServer } from "./adapters/node.ts";
export { type Listening, type ListenOptions, listen } from "./server/listen.ts";

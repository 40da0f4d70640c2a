// What an agent that is loaded by NODE_OPTIONS does at its worst: it ends every thread but the first.
import { isMainThread } from "node:worker_threads";

if (!isMainThread) throw new Error("This agent is for the main thread.");

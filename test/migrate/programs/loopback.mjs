// Has every server of a program listen on a free port of 127.0.0.1, and prints which port it asked for.
import { Server } from "node:net";

const { listen } = Server.prototype;

Server.prototype.listen = function (...given) {
  const [first] = given;
  const options = typeof first === "object" && first !== null ? first : { port: first };
  const callback = given.find((value) => typeof value === "function");
  this.once("listening", () => console.log(`listening: ${options.port} is ${this.address().port}`));
  return listen.call(this, { ...options, host: "127.0.0.1", port: 0 }, callback);
};

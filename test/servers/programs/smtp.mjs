// A mail server that takes logins and no mail.
//
// node smtp.mjs <port> <user> <password>
import { SMTPServer } from "smtp-server";

const [port, user, password] = process.argv.slice(2);

new SMTPServer({
  authMethods: ["PLAIN"],
  disabledCommands: ["STARTTLS"],
  // The name of a client is not looked up.
  disableReverseLookup: true,
  onConnect(_, done) {
    console.log("connected");
    done();
  },
  onAuth({ username, password: given }, _, done) {
    if (username === user && given === password) done(null, { user });
    else done(new Error("Authentication credentials invalid"));
  },
}).listen(Number(port), "127.0.0.1");

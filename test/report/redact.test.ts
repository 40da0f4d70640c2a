import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { cleanCode, redact, redactLine } from "../../src/report/redact.ts";

const SECRET = "hunter2";

type Shape = readonly [what: string, text: string];

/** What drivers, HTTP clients and shells print, by where the secret stands in it. */
const SHAPES: Readonly<Record<string, readonly Shape[]>> = {
  "a URL": [
    ["with a user and a password", "postgres://bob:hunter2@db.internal:5432/shop"],
    ["with a password alone", "redis://:hunter2@cache:6379"],
    ["with a token for a user", "https://hunter2@github.com/shop/app.git"],
    ["with an empty user info beside it", "http://@proxy/ postgres://bob:hunter2@db/shop"],
    ["with @ in the password", "postgres://bob:p@hunter2@db/shop"],
    ["with : in the password", "postgres://bob:p:hunter2@db/shop"],
    ["with / in the password", "postgres://bob:p/hunter2@db/shop"],
    ["with ? and # in the password", "postgres://bob:p?a=b#hunter2@db/shop"],
    ["with ' in the password", "postgres://bob:p'hunter2@db/shop"],
    ['with " in the password', 'postgres://bob:p"hunter2@db/shop'],
    ["with \\ in the password", "postgres://bob:p\\hunter2@db/shop"],
    ["with brackets in the password", "postgres://bob:[{(hunter2)}]@db/shop"],
    ["with unicode in the password", "postgres://bob:pä€🔑hunter2@db/shop"],
    ["with a space in the password", "postgres://bob:my hunter2@db/shop"],
    ["with @ and a space in the password", "postgres://bob:p@x hunter2@db/shop"],
    ["with what reads as a port in the password", "postgres://bob:5432/hunter2@db/shop"],
    ["with a space, after a name", "URL that includes credentials: http://bob:a hunter2@db"],
    ["without a scheme", "//bob:hunter2@db/"],
    ["with digits first in the password", "postgres://bob:5432hunter2@db/shop"],
    ["encoded in the password", "amqp://bob:%40%2Fhunter2@broker/%2Fvhost"],
    ["of several hosts", "mongodb+srv://bob:hunter2@a,b:27017,c/shop?replicaSet=rs0"],
    ["in quotes", "Invalid URL: 'postgres://bob:hunter2@db'"],
    ["in angle brackets", "fetching <https://bob:hunter2@api.test/> failed"],
    ["twice", "mysql://bob:x@a failed, then mysql://bob:hunter2@b failed"],
    ["with escaped slashes", String.raw`{"url":"postgres:\/\/bob:hunter2@db\/shop"}`],
    ["encoded, in another URL", "GET /proxy?to=postgres%3A%2F%2Fbob%3Ahunter2%40db%2Fshop"],
    ["on two lines", "could not connect to\npostgres://bob:hunter2@db\nat once"],
  ],
  "a URL that ends too soon": [
    ["at the end", "Invalid URL: postgres://bob:hunter2"],
    ["before a code", "Invalid URL: postgres://bob:hunter2 (ERR_INVALID_URL)"],
    ["before more words", "postgres://bob:hunter2 is no URL"],
    ["before a cause", "cannot parse postgres://bob:hunter2: Invalid URL"],
    ["in quotes", "Invalid URL: 'postgres://bob:hunter2'"],
    ["at an ellipsis", "postgres://bob:hunter2… cannot be parsed"],
    ["with / in the password", "Invalid URL: postgres://bob:p/hunter2"],
    ["with digits and signs in the password", "Invalid URL: postgres://bob:12345!hunter2"],
    ["without a user", "Invalid URL: redis://:hunter2"],
  ],
  "an address without a scheme": [
    ["with a port", "cannot reach bob:hunter2@db.internal:5432"],
    ["of a Go driver", "invalid DSN: bob:hunter2@tcp(db:3306)/shop"],
    ["in quotes", 'lookup "bob:hunter2@db": no such host'],
  ],
  "a connection string": [
    ["of libpq", "host=db user=bob password=hunter2 dbname=shop"],
    ["of libpq, in quotes", "host=db password='my hunter2' dbname=shop"],
    ["of libpq, with an escaped quote", String.raw`password='it\'s hunter2' host=db`],
    ["of libpq, with a space before the sign", "password = hunter2 host=db"],
    ["of JDBC", "jdbc:mysql://db:3306/shop?user=bob&password=hunter2&useSSL=false"],
    ["of JDBC, with @ in the password", "jdbc:mysql://db/shop?user=bob&password=p@hunter2"],
    ["of JDBC for SQL Server", "jdbc:sqlserver://db:1433;user=sa;password={hunter2};encrypt=true"],
    ["of JDBC for SQL Server, with ; in it", "jdbc:sqlserver://db;password={a;hunter2};x=y"],
    ["of JDBC for Oracle", "jdbc:oracle:thin:scott/hunter2@db:1521/shop"],
    ["of ADO", "Server=db;User Id=sa;Password=hunter2;Encrypt=true"],
    ["of ADO, with Pwd", "Server=db;Uid=sa;Pwd=hunter2;"],
    ["of ADO, with a space in it", "Server=db;Password=my hunter2;Encrypt=true"],
    ["of ADO, first and with a space in it", "Password=my hunter2;Server=db"],
    ["of ADO, last and with a space in it", "Server=db;Password=my hunter2"],
    ["of ADO, in quotes with a quote", "Server=db;Password='it''s hunter2';Encrypt=true"],
    ["of ADO, in double quotes with one", 'Server=db;Password="a""b hunter2";Encrypt=true'],
    ["of ADO, in braces with a space", "Server=db;Password={my hunter2};Encrypt=true"],
    ["of Azure storage", "AccountName=shop;AccountKey=hunter2==;EndpointSuffix=x"],
    ["of Azure service bus", "Endpoint=sb://x/;SharedAccessKeyName=a;SharedAccessKey=hunter2="],
  ],
  "an environment variable": [
    ["of PostgreSQL", "PGPASSWORD=hunter2"],
    ["of MySQL", "MYSQL_PWD=hunter2"],
    ["of AWS", "AWS_SECRET_ACCESS_KEY=hunter2"],
    ["with DB_PASS", "DB_PASS=hunter2"],
    ["with a long tail", "DATABASE_PASSWORD_FOR_THE_REPLICATION_USER=hunter2"],
  ],
  "an object in an error": [
    ["as JSON", '{"user":"bob","password":"hunter2","host":"db"}'],
    ["as JSON with spaces", '{ "user": "bob", "password": "hunter2" }'],
    ["as JSON with an escaped quote", JSON.stringify({ password: 'a"b hunter2' })],
    ["as JSON in JSON", JSON.stringify(JSON.stringify({ password: "my hunter2" }))],
    ["as JSON, nested", '{"auth":{"password":"hunter2"}}'],
    ["as JSON, under a word for secrets", '{"credentials":{"value":"hunter2"}}'],
    ["as JSON, a number", '{"password": 123, "token": "hunter2"}'],
    ["as JSON, cut off", '{"user":"bob","password":"hunter2 is'],
    ["inspected", inspect({ user: "bob", password: "hunter2" })],
    ["inspected, with a quote", inspect({ password: "it's hunter2" })],
    ["inspected, with both quotes", inspect({ password: `it's "so" hunter2` })],
    ["inspected, with a backslash", inspect({ password: "a\\'b hunter2" })],
    ["inspected, nested", inspect({ auth: { password: "hunter2" } })],
    ["inspected, under a word for secrets", inspect({ token: { value: "hunter2" } })],
    ["inspected, two below a word for secrets", inspect({ auth: { a: { b: "x" }, c: "hunter2" } })],
    ["inspected, in a list", inspect({ apiKeys: ["one", "hunter2"] })],
    ["inspected, in a map", inspect(new Map([["password", "hunter2"]]))],
    ["inspected, in a pair", inspect(["password", "hunter2"])],
    ["inspected, over several lines", inspect({ password: "hunter2" }, { compact: false })],
    ["inspected, in colour", inspect({ password: "hunter2" }, { colors: true })],
    ["as XML", "<soap><password>hunter2</password></soap>"],
    ["as XML with an attribute", '<wsse:Password Type="text">hunter2</wsse:Password>'],
    ["as a form", "user=bob&password=hunter2&remember=1"],
    ["as a form of Rails", "user[name]=bob&user[password]=hunter2"],
    ["as an encoded form of Rails", "user%5Bname%5D=bob&user%5Bpassword%5D=hunter2"],
    ["as an assignment", "password := 'my hunter2'"],
    ["as a comparison", 'assert(password === "hunter2")'],
  ],
  "a name": [
    ...["password", "Password", "PASSWORD", "passwd", "passphrase", "passcode", "pass", "pwd"],
    ...["pw", "secret", "client_secret", "clientSecret", "token", "access_token", "refreshToken"],
    ...["id_token", "api_key", "api-key", "apiKey", "apikey", "x-api-key", "accessKey", "key"],
    ...["accountKey", "privateKey", "private_key", "secretKey", "masterKey", "encryptionKey"],
    ...["signature", "sig", "sas", "credential", "credentials", "jwt", "auth", "session"],
    ...["sessionid", "connect.sid", "bearer", "dbPassword", "dbPass", "smtpPass", "userpwd"],
    ...["db.password", "password_1", "authorization", "auth_token", "X-Vault-Token"],
    ...["X-Amz-Security-Token", "X-Amz-Credential", "X-Amz-Signature", "Ocp-Apim-Subscription-Key"],
  ].flatMap((name): Shape[] => [
    [`${name}=`, `${name}=hunter2`],
    [`${name}:`, `sent ${name}: hunter2`],
  ]),
  "a query": [
    ["with a token", "GET https://api.test/v1?access_token=hunter2&page=2 returned 401"],
    ["with @ in a token", "GET https://api.test/v1?access_token=a@hunter2 returned 401"],
    ["with a key", "https://maps.test/api?key=hunter2"],
    ["with a signature", "https://s3.test/x?X-Amz-Expires=9&X-Amz-Signature=hunter2"],
    ["with a code of OAuth", "GET https://app.test/callback?code=hunter2&state=x returned 500"],
    ["with an encoded sign", "https://app.test/login?next=%2Fx%3Ftoken%3Dhunter2"],
  ],
  "a header": [
    ["Bearer", "Authorization: Bearer hunter2"],
    ["Bearer, in lower case", "authorization: bearer hunter2"],
    ["Bearer, alone", "invalid credentials: Bearer hunter2"],
    ["Bearer, on the next line", "Authorization: Bearer\n hunter2"],
    ["Bearer, with a token that begins with auth", "sent Bearer auth0|hunter2"],
    ["Basic", `Authorization: Basic ${btoa("bob:hunter2")} ${SECRET}`],
    ["Basic, alone", "sent Basic hunter2=="],
    ["Digest", 'Authorization: Digest username="bob", response="hunter2"'],
    ["of a scheme that nobody knows", "Authorization: Custom a b hunter2"],
    ["of AWS", "Authorization: AWS4-HMAC-SHA256 Credential=x/y, Signature=hunter2"],
    ["Proxy-Authorization", "Proxy-Authorization: Negotiate hunter2"],
    ["Cookie", "Cookie: theme=dark; sid=hunter2"],
    ["Cookie, of any name", "Cookie: theme=dark; remember=hunter2"],
    ["Set-Cookie", "set-cookie: sid=hunter2; Path=/; HttpOnly"],
    ["in an object", inspect({ headers: { authorization: "Bearer hunter2", host: "a" } })],
    ["in an object, for a cookie", inspect({ headers: { cookie: "a=b; sid=hunter2" } })],
    ["in an object, for a list of cookies", inspect({ "set-cookie": ["a=b", "sid=hunter2"] })],
    ["in an object of cookies", inspect({ cookies: { theme: "dark", id: "hunter2" } })],
    ["in a raw list", inspect({ rawHeaders: ["X-Api-Key", "hunter2", "Host", "a"] })],
    ["in a raw list, for Authorization", '["Authorization","hunter2"]'],
  ],
  "a token by its looks": [
    ["a JSON web token", "jwt malformed eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.hunter2"],
    ["an encrypted one", "eyJhbGciOiJkaXIifQ.a.b.c.hunter2 cannot be read"],
    ["a private key", "-----BEGIN PRIVATE KEY-----\nAAAA\nhunter2\n-----END PRIVATE KEY-----"],
    ["a private key that is cut off", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\nhunter2"],
  ],
  "a statement": [
    ["alter user", "alter user bob with encrypted password 'hunter2'"],
    ["alter user, with a quote", "alter user bob with password 'it''s hunter2'"],
    ["identified by", "create user bob identified by 'hunter2'"],
    ["identified by, with a quote", "create user bob identified by 'it''s hunter2'"],
    ["identified by, without quotes", "alter user scott identified by hunter2"],
    ["identified with", "create user bob identified with caching_sha2_password by 'hunter2'"],
    ["a function", "select password('hunter2')"],
    ["set password", "set password for 'bob'@'%' = 'hunter2'"],
    ["a password for somebody", "Password for user bob: hunter2"],
  ],
  "a command": [
    ["with --password=", "Command failed: pg_dump --password=hunter2 shop"],
    ["with --password", "Command failed: mongodump --password hunter2 --db shop"],
    ["with --pass", "Command failed: redis-cli --pass hunter2 ping"],
    ["with --token", "Command failed: vault login --token hunter2"],
    ["with -u", "Command failed: curl -u bob:hunter2 https://api.test/"],
    ["with -p of MySQL", "Command failed: mysql -u bob -phunter2 shop"],
    ["with -a of Redis", "Command failed: redis-cli -h cache -a hunter2 ping"],
    ["of Redis", "command failed: AUTH hunter2"],
    ["of Redis, as MONITOR prints it", '1617181 [0 127.0.0.1:1] "AUTH" "hunter2"'],
    ["of Redis, as MONITOR prints HELLO", '"HELLO" "3" "AUTH" "default" "hunter2"'],
    ["through a pipe", "echo hunter2 | docker login --username bob --password-stdin"],
    ["with -u, in quotes with a space", "curl -u 'bob:my hunter2' https://api.test"],
    ["of Redis, with a user", "command failed: AUTH bob hunter2"],
    ["with --user", "Command failed: curl --user bob:hunter2 https://api.test/"],
  ],
  "an answer": [
    [
      "of Redis that repeats what it got",
      "ERR unknown command 'AUTH', with args beginning with: 'default' 'hunter2'",
    ],
    ["that repeats the key", "Incorrect API key provided: hunter2"],
    ["that repeats the token", "Invalid token 'hunter2'"],
    ["that repeats the password", 'Wrong password "hunter2"'],
  ],
};

describe.each(Object.entries(SHAPES))("no secret is left of %s", (_, shapes) => {
  test.each(shapes)("%s", (_what, text) => {
    const seen = redact(text);
    expect(text).toContain(SECRET);
    expect(seen).not.toContain(SECRET);
    expect(seen).toContain("***");
  });
});

test("what is beside a secret stays readable", () => {
  expect(redact("cannot reach postgres://bob:hunter2@db.internal:5432/shop in time")).toBe(
    "cannot reach postgres://***@db.internal:5432/shop in time",
  );
  expect(redact("host=db user=bob password=hunter2 dbname=shop")).toBe(
    "host=db user=bob password=*** dbname=shop",
  );
  expect(redact("sent Bearer hunter2 and got 401")).toBe("sent Bearer *** and got 401");
});

describe("a harmless reason stays as it is", () => {
  test.each([
    "connect ECONNREFUSED 127.0.0.1:5432",
    "connect ECONNREFUSED ::1:5432",
    "connect ENOENT /var/run/postgresql/.s.PGSQL.5432",
    "getaddrinfo ENOTFOUND db.internal",
    "getaddrinfo EAI_AGAIN db.internal",
    "read ECONNRESET",
    "socket hang up",
    "No answer within 500 ms.",
    'Expected PONG, got "LOADING".',
    'The client is not connected: its state is "reconnecting".',
    "The service has taken all 10 connections of the pool.",
    'password authentication failed for user "bob"',
    'no pg_hba.conf entry for host "10.0.0.1", user "bob", database "shop", no encryption',
    "SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string",
    "sorry, too many clients already",
    "the database system is starting up",
    'duplicate key value violates unique constraint "users_pkey"',
    "Key (id)=(5) already exists.",
    "Access denied for user 'bob'@'10.0.0.1' (using password: YES)",
    "Access denied for user 'bob'@'10.0.0.1' (using password: NO)",
    "bad auth : Authentication failed.",
    "NOAUTH Authentication required.",
    "WRONGPASS invalid username-password pair or user is disabled.",
    "ERR AUTH <password> called without any password configured for the default user.",
    "MISCONF Redis is configured to save RDB snapshots",
    "http://localhost:3000/path returned 500",
    "https://api.test/v1/users?page=2 returned 503",
    "fetch failed: http://[::1]:3000",
    "http://[::1]:3000/path returned 500",
    "kafka://broker-1:9092,broker-2:9092 did not answer",
    "redis://cache:6379 is unreachable",
    "connecting to tcp://10.0.0.1:5432: timed out",
    "https://example.com: certificate has expired",
    "unable to verify the first certificate",
    "Hostname/IP does not match certificate's altnames: Host: db. is not in the cert's altnames",
    "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON",
    "Unexpected token } in JSON at position 5",
    "The session has expired.",
    "The token has expired.",
    "session-store: connect ECONNREFUSED 10.0.0.5:6379",
    "token-service: 503 Service Unavailable",
    "secret-manager: DEADLINE_EXCEEDED",
    "auth: connect ECONNREFUSED 10.0.0.5:8080",
    "password: String must contain at least 8 character(s)",
    "at async Session.run (file:///app/dist/session.js:3:9)",
    "mailto:ops@example.com",
    "token_type=bearer",
    "HTTP/1.1 401 Unauthorized",
    "author: bob",
    "The heap is over 1 GB.",
    "The disk is 95 % full (/var/lib/data).",
    "ops@example.com was told of it",
    "Die Verbindung wurde getrennt: Zeitüberschreitung 🕑",
  ])("%s", (reason) => {
    expect(redact(reason)).toBe(reason);
  });
});

describe("a reason is one line", () => {
  test.each([
    ["a\nb", "a b"],
    ["a\r\n  b\t\tc", "a b c"],
    ["  a  ", "a"],
    ["a\u0000b\u001bc\u007fd\u009fe", "abcde"],
    ["a\u2028b\u2029c\u00a0d", "a b c d"],
    ["a\u200bb\u00adc\u202ed\u200fe", "abcde"],
    ["\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007", "red link"],
    ["\n\n", ""],
    ["", ""],
  ])("%j becomes %j", (text, line) => {
    expect(redact(text)).toBe(line);
  });
});

describe("a reason is short", () => {
  test("one of 300 characters is kept", () => {
    expect(redact("a".repeat(300))).toBe("a".repeat(300));
  });

  test("a longer one is cut, and says so", () => {
    expect(redact("a".repeat(301))).toBe(`${"a".repeat(299)}…`);
    expect(redact("one two ".repeat(1e5))).toHaveLength(300);
  });

  test("a secret that the cut would halve is taken out before", () => {
    const seen = redact(`${"x".repeat(290)} password=hunter2hunter2`);
    expect(seen).not.toContain("hunter2");
    expect(seen.length).toBeLessThanOrEqual(300);
  });

  test.each([0, 1, 2, 3, 5, 8, 13, 21, 34])(
    "a secret that the end of what is read would halve %i characters in is not shown",
    (into) => {
      const [head, tail] = ["postgres://bob:", "hunter2hunter2hunter2hunter2@db"];
      const text = `${"b\n".repeat(1000).slice(0, 2000 - head.length - into)}${head}${tail}`;
      expect(redact(text)).not.toContain("hunter2");
    },
  );

  test.each<[string, string]>([
    ["JSON", `{"error":"no_disk",${'"free":0,'.repeat(500)}"x":1}`],
    ["a text without spaces", "磁盘已满。".repeat(500)],
    ["a text after a word", `Failed: ${'{"free":0},'.repeat(500)}`],
  ])("%s that is longer than what is read is shown from its beginning", (_, text) => {
    expect(redact(text)).toBe(`${text.slice(0, 299)}…`);
  });

  test("a token at the end of what is read is not halved, whatever sign stands before it", () => {
    const token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
    for (const into of [4, 8, 20, 39]) {
      const head = `{"a":"${"\u200b".repeat(1900)}",`;
      const text = `${head}${"0,".repeat(100)}`.slice(0, 2000 - into) + token;
      expect(redact(text)).not.toContain("ghp_");
    }
  });

  test("one word as long as what is read is shown from its beginning", () => {
    expect(redact("a".repeat(2000))).toBe(`${"a".repeat(299)}…`);
  });

  test("a word that the end of what is read would halve is left out, whatever signs it holds", () => {
    const head = `${"a".repeat(400)} ${"word ".repeat(318)}`;
    expect(redactLine(`${head}ab:cd:ef:gh:ij`)).toBe(head.trim());
  });

  test("a text that is cut right after what is kept says so", () => {
    const text = `${"a".repeat(300)} ${'{"free":0},'.repeat(500)}`;
    expect(redact(text)).toBe(`${"a".repeat(299)}…`);
  });

  test.each([
    ["alone", "x".repeat(2001)],
    ["as a URL", `request to https://h/${"a".repeat(2500)} failed, reason: ECONNREFUSED`],
    ["as a path", `see h/${"a/".repeat(1100)}`],
  ])("one word that is nearly all of the text is shown from its beginning: %s", (_, text) => {
    expect(redact(text)).toBe(`${text.slice(0, 299)}…`);
  });

  test.each([
    ["postgres://bob:", "@db"],
    ["https://", "@api.test"],
    ["https://", ":hunter2@api.test"],
    ["to=https%3A%2F%2F", "%40api.test"],
    ["to=postgres%3A%2F%2Fbob%3A", "%40db"],
    ["to=postgres%253A%252F%252Fbob%253A", "%2540db"],
    ["password=", ""],
    ["wrong token ", " was sent"],
    ["eyJhbGci.", ""],
  ])("unless it is a credential: %s…%s", (head, tail) => {
    expect(redact(head + "hunter2".repeat(400) + tail)).not.toContain("hunter2");
  });
});

test("a URL that is cut before its end has only an ellipsis that was not in it", () => {
  expect(redact(`https://${"hunter2".repeat(400)}@api.test`)).toBe("https://***…");
  expect(redactLine(`see ${"a".repeat(3000)}`)).toBe(`see ${"a".repeat(1996)}…`);
});

test.each<[string, string]>([
  ["schemes", "://"],
  ["users", "://a:"],
  ["at signs", "@"],
  ["names", "password"],
  ["names with a sign", "password="],
  ["names with a quote", 'password="'],
  ["names with brackets", "password={[("],
  ["opening braces", "password={"],
  ["words for secrets", "token: { "],
  ["quotes", "'\""],
  ["backslashes", "\\"],
  ["schemes of headers", "bearer "],
  ["headers", "cookie: "],
  ["tokens", "eyJaaaaa."],
  ["private keys", "-----BEGIN PRIVATE KEY-----"],
  ["tags", "<password>"],
  ["encoded schemes", "%3A%2F%2F"],
  ["white space", " \n"],
  ["digits", "0"],
])("a long text of nothing but %s is answered with a short one", (_, part) => {
  for (const length of [1999, 2000, 2001, 1e6]) {
    const text = part.repeat(Math.ceil(length / part.length)).slice(0, length);
    expect(redact(text).length).toBeLessThanOrEqual(300);
    expect(redact(`${text} x`).length).toBeLessThanOrEqual(300);
  }
});

test.each([
  "AKIAIOSFODNN7EXAMPLE",
  "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
  "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
  "xoxb-123456789012-abcdef",
])("the key %s is known by how it begins", (key) => {
  expect(redact(`refused for ${key} today`)).toBe("refused for *** today");
});

test("a quote that was escaped keeps its escape", () => {
  expect(redact("no &quot;disk&quot; of &#39;a&#39;")).toBe(String.raw`no \"disk\" of \'a\'`);
});

test("JSON keeps what stands before the secret", () => {
  expect(redact('{"user":"app","password":"s3cret","db":"shop"}')).toBe(
    '{"user":"app","password":***',
  );
});

describe("a code is cleaned", () => {
  test.each<[string, unknown, string | undefined]>([
    ["a text", "ECONNREFUSED", "ECONNREFUSED"],
    ["a number", 1045, "1045"],
    ["zero", 0, "0"],
    ["a text of two lines", "E1\nE2", "E1 E2"],
    ["a credential", "postgres://bob:hunter2@db", "postgres://***@db"],
    ["64 characters", "E".repeat(64), "E".repeat(64)],
    ["65 characters", "E".repeat(65), `${"E".repeat(63)}…`],
    ["half a character", "E\ud83d", "E\ufffd"],
    ["nothing", "", undefined],
    ["white space", " \n", undefined],
    ["an object", { code: "E1" }, undefined],
    ["undefined", undefined, undefined],
    ["null", null, undefined],
    ["true", true, undefined],
  ])("%s", (_, code, cleaned) => {
    expect(cleanCode(code)).toBe(cleaned);
  });
});

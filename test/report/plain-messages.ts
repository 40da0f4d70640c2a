/**
 * Messages of real programs that hold no credential, one a line, though many speak of passwords, tokens and keys.
 * The table was written before the rules, and knows nothing of them.
 */
const TABLE = `
# Networks
connect ECONNREFUSED 127.0.0.1:5432
connect ECONNREFUSED ::1:5432
connect ECONNREFUSED [fe80::1%eth0]:6379
connect ETIMEDOUT 10.0.0.5:27017
connect EHOSTUNREACH 192.168.1.20:9092 - Local (10.0.0.2:53110)
connect ENOENT /var/run/postgresql/.s.PGSQL.5432
getaddrinfo ENOTFOUND db.internal
getaddrinfo EAI_AGAIN cache.prod.svc.cluster.local
read ECONNRESET
write EPIPE
socket hang up
listen EADDRINUSE: address already in use :::3000
bind EACCES 0.0.0.0:80
Client network socket disconnected before secure TLS connection was established
dial tcp: lookup db on 10.96.0.10:53: no such host
dial tcp 10.0.0.5:5432: i/o timeout
No answer within 500 ms.
fetch failed: http://[::1]:3000
http://[::1]:3000/path returned 500
https://api.test/v1/users?page=2 returned 503
http://localhost:3000/path returned 500
kafka://broker-1:9092,broker-2:9092 did not answer
redis://cache:6379 is unreachable
connecting to tcp://10.0.0.1:5432: timed out
ratio 3:1@10.0.0.1
upstream connect error or disconnect/reset before headers. reset reason: connection failure
queryA ESERVFAIL shop.test
# TLS
https://example.com: certificate has expired
unable to verify the first certificate
self-signed certificate in certificate chain
Hostname/IP does not match certificate's altnames: Host: db. is not in the cert's altnames: DNS:db.test
SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca: SSL alert number 48
error:0A00010B:SSL routines::wrong version number
error:1E08010C:DECODER routines::unsupported
key values mismatch
ca md too weak
dh key too small
no start line: Expecting: PRIVATE KEY
error:0909006C:PEM routines:get_name:no start line
the certificate's public key has 1024 bits, fewer than 2048
certificate fingerprint sha256 does not match
peer certificate signature algorithm is not supported
unsupported signature rsa-sha256
# PostgreSQL
password authentication failed for user "bob"
no pg_hba.conf entry for host "10.0.0.1", user "bob", database "shop", no encryption
SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string
SASL: SCRAM-SERVER-FINAL-MESSAGE: server signature does not match
sorry, too many clients already
remaining connection slots are reserved for roles with the SUPERUSER attribute
the database system is starting up
terminating connection due to administrator command
Connection terminated unexpectedly
duplicate key value violates unique constraint "users_pkey"
Key (id)=(5) already exists.
Key (email)=(bob@shop.test) already exists.
Key (order_id)=(42) is not present in table "orders".
insert or update on table "carts" violates foreign key constraint "carts_user_id_fkey"
null value in column "token_id" of relation "sessions" violates not-null constraint
relation "access_tokens" does not exist
column "password_hash" does not exist
syntax error at or near "secret"
canceling statement due to statement timeout
deadlock detected: Process 123 waits for ShareLock on transaction 456; blocked by process 789.
server login has been failing, try again later (server_login_retry)
could not receive data from server: Connection refused
role "token_reader" does not exist
primary key: id
multiple primary keys for table "t" are not allowed
there is no unique constraint matching given keys for referenced table "users"
SSL connection has been closed unexpectedly
pgbouncer cannot connect to server: no such user
P1001: Can't reach database server at db:5432
P2002: Unique constraint failed on the fields: (token)
# MySQL and MariaDB
Access denied for user 'bob'@'10.0.0.1' (using password: YES)
Access denied for user 'bob'@'10.0.0.1' (using password: NO)
Access denied for user 'bob'@'localhost' to database 'shop'
Too many connections
Host '10.0.0.9' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'
Client does not support authentication protocol requested by server; consider upgrading MySQL client
The MySQL server is running with the --read-only option so it cannot execute this statement
Duplicate entry '5' for key 'PRIMARY'
Duplicate entry 'bob@shop.test' for key 'users.email_unique'
Incorrect table definition; there can be only one auto column and it must be defined as a key
Specified key was too long; max key length is 3072 bytes
Your password does not satisfy the current policy requirements
Your password has expired. To log in you must change it using a client that supports expired passwords.
Authentication plugin 'caching_sha2_password' cannot be loaded
auth_gssapi_client plugin is not available
RSA Encryption not supported - caching_sha2_password plugin was built with GCC support
Lock wait timeout exceeded; try restarting transaction
Unknown column 'session_key' in 'field list'
Unexpected end of stream, read 0 bytes from 4 (socket was closed by server)
pool timeout: failed to retrieve a connection from pool after 10001ms (pool connections: active=0 idle=0 limit=10)
# MongoDB
bad auth : Authentication failed.
connection <monitor> to 10.0.0.5:27017 closed
Server selection timed out after 30000 ms
E11000 duplicate key error collection: shop.users index: email_1 dup key: { email: "bob@shop.test" }
shard key: { region: 1, _id: 1 }
could not find shard key in query { _id: 5 }
command find requires authentication
not authorized on shop to execute command { find: "orders" }
Cannot use a session that has ended
Topology is closed
not primary and secondaryOk=false
Given transaction number 5 does not match any in-progress transactions
Cannot create index with key: { a: 1, b: -1 }
# Redis
NOAUTH Authentication required.
WRONGPASS invalid username-password pair or user is disabled.
ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?
ERR Client sent AUTH, but no password is set
NOPERM this user has no permissions to run the 'ping' command
NOPERM No permissions to access a key
WRONGTYPE Operation against a key holding the wrong kind of value
MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.
OOM command not allowed when used memory > 'maxmemory'.
CROSSSLOT Keys in request don't hash to the same slot
MOVED 3999 127.0.0.1:6381
ASK 3999 127.0.0.1:6381
LOADING Redis is loading the dataset in memory
READONLY You can't write against a read only replica.
BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.
Expected PONG, got "LOADING".
The client is not connected: its state is "reconnecting".
Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.
memcached: SERVER_ERROR object too large for cache, key: user:42
# Brokers
Channel closed by server: 404 (NOT-FOUND) with message "NOT_FOUND - no queue 'jobs' in vhost '/'"
Handshake terminated by server: 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile."
PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'jobs' in vhost '/': received 'false' but current is 'true'
SASL PLAIN authentication failed: Authentication failed
The group coordinator is not available (key: orders-consumer)
This server does not host this topic-partition
Messages are rejected since there are fewer in-sync replicas than required
The consumer lags by 1200 messages; the limit is 1000.
routing key: orders.created, exchange: shop
Connection refused: Bad username or password
Connection refused: Not authorized
AUTHORIZATION_VIOLATION
Authorization Violation
'Authentication Timeout'
mqtt: keepalive timeout
Unsupported sasl mechanism: the broker offers SCRAM-SHA-512, PLAIN
# HTTP
HTTP/1.1 401 Unauthorized
401 Unauthorized: WWW-Authenticate: Bearer realm="shop"
Authorization: header is missing, see https://docs.test/auth
Authorization header is missing
the Authorization header must begin with Bearer or Basic
Missing or malformed Authorization header
Cookie: too large for one header (8192 bytes)
Cookies must be enabled
Set-Cookie was ignored because its domain is invalid
basic check failed
the condition basic === digest is false
basic auth is not allowed here
Basic authentication is required
Bearer authentication is required
bearer token is missing
digest for sha256 is not what was expected
Digest authentication is not supported
Negotiate is the only scheme offered
Unexpected token '<', "<!DOCTYPE "... is not valid JSON
Unexpected token } in JSON at position 5
Unexpected token: end of input
Unexpected token 'o', "not json" is not valid JSON
invalid csrf token
CSRF token mismatch.
The API key is missing. Add it to the header x-api-key.
API key not found
Request failed with status code 403
the request was signed with an unknown key
The request signature we calculated does not match the signature you provided. Check your key and signing method.
The security token included in the request is invalid.
The security token included in the request is expired
The token has expired.
token expired at 2026-01-01T00:00:00.000Z
jwt expired
jwt malformed
jwt audience invalid. expected: shop
jwt issuer invalid. expected: https://login.test/
invalid signature
invalid_client: Client authentication failed
invalid_grant: Token has been expired or revoked.
invalid_token: The access token is expired
max tokens: 4096, prompt tokens: 5000
Rate limit reached: 90000 tokens per min. Limit: 90000, used: 89500
Session expired, please log in again
The session has expired.
session affinity: none
no session found for user 42
no session 123456 in the store
credential oauth2 was not found
413 Payload Too Large
Parse Error: Expected HTTP/, RTSP/ or ICE/
Header overflow: 16384 bytes
response code: 503, wanted 200
# AWS, Azure, Google, Kubernetes
Could not load credentials from any providers
Missing credentials in config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1
CredentialsProviderError: Token is expired. To refresh this SSO session run 'aws sso login' with the corresponding profile.
NoSuchKey: The specified key does not exist.
no such key: users/5
sasl: PLAIN failed
tokens[0]: must be a string
NoSuchBucket: The specified bucket does not exist (bucket uploads)
AccessDenied: User: arn:aws:iam::123456789012:user/shop is not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::uploads
KMS key arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab is disabled
One or more parameter values were invalid: Missing the key id in the item
ManagedIdentityCredential authentication unavailable. No response from the managed identity endpoint.
AADSTS700016: Application with identifier 'x' was not found in the directory
Could not load the default credentials. Browse to https://cloud.test/docs/authentication for more information.
7 PERMISSION_DENIED: Missing or insufficient permissions.
16 UNAUTHENTICATED: Request had invalid authentication credentials.
14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 127.0.0.1:50051
4 DEADLINE_EXCEEDED: Deadline exceeded after 0.500s,remote_addr=10.0.0.9:50051
secrets "db-password" not found
secrets is forbidden: User "system:serviceaccount:shop:default" cannot list resource "secrets" in API group ""
pods "shop-7d9f8b6c5d-x2x4z" not found
MountVolume.SetUp failed for volume "tls-secret": secret "shop-tls" not found
Back-off pulling image "registry.test/acme/shop@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
permission denied: capability "read" on path "secret/data/shop"
# Programs
Cannot find package '@acme/shop@1.2.3' imported from /app/dist/index.js
Cannot read properties of undefined (reading 'token')
Cannot destructure property 'password' of 'undefined' as it is undefined.
process.env.SESSION_SECRET is not set
The environment variable DB_PASSWORD is not set
The option "password" must be a string, but is undefined.
"password" is required
password is required
password must be at least 8 characters long
the password is too short
the passphrase is wrong
the secret must have 32 bytes
secret or public key must be provided
secretOrPrivateKey must have a value
Invalid key length
Invalid initialization vector
Unsupported state or unable to authenticate data
unknown key "prot" in configuration
Missing required key: "port" at config.database
key: "port", expected: number, received: string
Unrecognized key(s) in object: 'hosts'
author: bob
authority: shop.test
monkey: banana
keyboard: qwerty
passed: 5, failed: 2
pass 12, fail 0
compass: north
bypass: enabled
tokenizer: whitespace
secretary: Alice
ops@example.com was told of it
mail to bob@shop.test: 550 5.1.1 User unknown
ENOENT: no such file or directory, open '/run/secrets/db_password'
EACCES: permission denied, open '/etc/ssl/private/shop.key'
ENOSPC: no space left on device, write
EMFILE: too many open files, watch '/app/config/keys'
spawn docker ENOENT
Command failed: psql -h db -p 5432 -U shop
Command failed: ssh -p 2222 deploy@host.test uptime
Command failed: docker run -p 8080:80 nginx
Command failed: git clone git@github.com:acme/shop.git
at 12:30:05@node-3 the leader was elected
The heap is over 1 GB.
The disk is 95 % full (/var/lib/data).
The event loop was delayed by 120 ms (p99), the limit is 100.
worker 3 (pid 4711) exited with code=1, signal=null
2 migrations are pending: 0007_add_tokens, 0008_drop_keys
Die Verbindung wurde getrennt: Zeitüberschreitung 🕑
Le mot de passe est incorrect
パスワードが正しくありません
cluster_state: fail, slots: 16384:0@primary
unknown key: user5
unknown key: 123456
`;

/** A message that holds no credential. */
export interface PlainMessage {
  readonly group: string;
  readonly text: string;
}

export const PLAIN_MESSAGES: readonly PlainMessage[] = parse(TABLE);

function parse(table: string): readonly PlainMessage[] {
  const messages: PlainMessage[] = [];
  let group = "";
  for (const line of table.trim().split("\n")) {
    if (line.startsWith("# ")) group = line.slice(2);
    else messages.push({ group, text: line });
  }
  return messages;
}

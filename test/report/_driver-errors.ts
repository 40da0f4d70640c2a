/**
 * What drivers put into the messages of their errors, with a place for each credential: `{user}`, `{pass}` for the
 * password as it is, `{enc}` for the same as a URL holds it, `{b64}` for user and password as HTTP's Basic scheme has them. What stands after the bar must be left of it, so that the reason still says something.
 */
export const DRIVER_ERRORS: readonly (readonly [message: string, kept: string])[] = [
  // PostgreSQL: pg, postgres, PGlite and what stands above them.
  ["connect ECONNREFUSED 127.0.0.1:5432 - postgres://{user}:{enc}@db:5432/shop", "ECONNREFUSED"],
  [
    'password authentication failed for user "{user}" (connection string postgresql://{user}:{enc}@db/shop?sslmode=require)',
    "authentication failed",
  ],
  [
    'invalid connection option "passwd": host=db user={user} password={pass} dbname=shop',
    "invalid connection option",
  ],
  [
    "Connection terminated unexpectedly { connectionString: 'postgres://{user}:{enc}@db/shop' }",
    "terminated",
  ],
  ["getaddrinfo ENOTFOUND db (DATABASE_URL=postgres://{user}:{enc}@db:5432/shop)", "ENOTFOUND"],
  [
    'Can\'t reach database server at `db:5432`. datasource url: "postgresql://{user}:{enc}@db:5432/shop?schema=public"',
    "reach database",
  ],
  [
    "P1000: Authentication failed against database server, the provided credentials for `{user}` are not valid. url=postgresql://{user}:{enc}@db/shop",
    "P1000",
  ],
  ["select 1 - CREATE ROLE app LOGIN PASSWORD '{pass}' - permission denied", "CREATE ROLE"],
  ["ALTER USER app WITH ENCRYPTED PASSWORD '{pass}'", "ALTER USER"],
  ["PGPASSWORD={pass} psql -h db failed with exit code 2", "PGPASSWORD"],
  // MySQL and MariaDB.
  [
    "ER_ACCESS_DENIED_ERROR: Access denied for user '{user}'@'10.0.0.7' (using password: YES) mysql://{user}:{enc}@db:3306/shop",
    "Access denied",
  ],
  [
    "(conn=-1, no: 45012, SQLState: 08S01) socket has unexpectedly been closed uri: mariadb://{user}:{enc}@db:3306/shop",
    "08S01",
  ],
  [
    'Invalid configuration: {"host":"db","user":"{user}","password":"{pass}","database":"shop"}',
    "Invalid configuration",
  ],
  ["mysql --host=db --user={user} --password={pass} shop: command failed", "command failed"],
  ["mysqldump -h db -u {user} -p{pass} shop", "mysqldump"],
  ["GRANT ALL ON shop.* TO '{user}'@'%' IDENTIFIED BY '{pass}'", "GRANT ALL"],
  // MongoDB.
  [
    "MongoServerSelectionError: connection timed out; uri mongodb+srv://{user}:{enc}@cluster0.example.net/shop?retryWrites=true",
    "timed out",
  ],
  [
    "MongoParseError: Password contains unescaped characters in mongodb://{user}:{enc}@db:27017,db2:27017/shop?replicaSet=rs0",
    "MongoParseError",
  ],
  [
    "MongoError: Authentication failed. credentials: { username: '{user}', password: '{pass}', source: 'admin' }",
    "Authentication failed",
  ],
  ["command saslStart failed { user: '{user}', pwd: '{pass}' }", "saslStart"],
  // Redis and Valkey.
  [
    "WRONGPASS invalid username-password pair or user is disabled. redis://{user}:{enc}@cache:6379/0",
    "WRONGPASS",
  ],
  ["Connection is closed. rediss://:{enc}@cache:6380", "closed"],
  [
    "ReplyError: ERR unknown command 'AUTH', with args beginning with: '{user}' '{pass}'",
    "unknown command",
  ],
  ["ReplyError: NOAUTH command AUTH {pass}", "NOAUTH"],
  ["redis-cli -h cache -a {pass} ping", "redis-cli"],
  ["CONFIG SET requirepass {pass}", "CONFIG SET"],
  [
    "ClusterAllFailedError: Failed to refresh slots cache. { redisOptions: { username: '{user}', password: '{pass}' } }",
    "refresh slots",
  ],
  [
    "sentinel { name: 'mymaster', sentinelPassword: '{pass}' } all sentinels are unreachable",
    "sentinel",
  ],
  // Message brokers.
  [
    "Handshake terminated by server: 403 (ACCESS-REFUSED) amqp://{user}:{enc}@broker:5672/vhost",
    "ACCESS-REFUSED",
  ],
  ["connect ETIMEDOUT amqps://{user}:{enc}@broker:5671/%2F?heartbeat=30", "ETIMEDOUT"],
  [
    "KafkaJSSASLAuthenticationError: SASL PLAIN authentication failed: { mechanism: 'plain', username: '{user}', password: '{pass}' }",
    "authentication failed",
  ],
  [
    'sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="{user}" password="{pass}";',
    "PlainLoginModule",
  ],
  ["NatsError: AUTHORIZATION_VIOLATION nats://{user}:{enc}@broker:4222", "AUTHORIZATION_VIOLATION"],
  ['CONNECT {"verbose":false,"user":"{user}","pass":"{pass}","lang":"javascript"}', "CONNECT"],
  ['CONNECT {"auth_token":"{pass}","name":"jobs"}', "CONNECT"],
  ["Connection refused: Not authorized mqtts://{user}:{enc}@broker:8883", "Not authorized"],
  // Object stores and clouds.
  [
    "SignatureDoesNotMatch: AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE aws_secret_access_key={pass}",
    "SignatureDoesNotMatch",
  ],
  [
    "403 GET https://bucket.s3.amazonaws.com/key?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260101&X-Amz-Signature={pass}",
    "403",
  ],
  [
    "{ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: '{pass}', sessionToken: '{pass}' } is expired",
    "{",
  ],
  [
    "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={pass};EndpointSuffix=core.windows.net",
    "AccountName",
  ],
  [
    "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey={pass}",
    "Endpoint",
  ],
  ["https://shop.blob.core.windows.net/c?sv=2024&sig={pass}&se=2026", "blob.core"],
  // HTTP and search.
  ["Request failed with status code 401: Authorization: Basic {b64}", "401"],
  ["fetch failed: https://{user}:{enc}@search:9200/_cluster/health", "fetch failed"],
  [
    "ResponseError: security_exception: missing authentication credentials; ApiKey {pass}",
    "security_exception",
  ],
  ["headers: { authorization: 'Bearer {pass}', accept: '*/*' }", "headers"],
  ["401 Unauthorized (x-api-key: {pass})", "401"],
  ["Set-Cookie: session={pass}; HttpOnly", "Set-Cookie"],
  ["curl -u {user}:{pass} https://search:9200 failed", "curl"],
  ['grpc: 16 UNAUTHENTICATED: invalid token "{pass}"', "UNAUTHENTICATED"],
  // Mail and directories.
  [
    "Invalid login: 535 5.7.8 Error: authentication failed: smtp://{user}:{enc}@mail:587",
    "Invalid login",
  ],
  ["535 Authentication credentials invalid; AUTH PLAIN {b64}", "535"],
  ["AUTH LOGIN failed for smtps://{user}:{enc}@mail:465/?pool=true", "AUTH LOGIN"],
  [
    "InvalidCredentialsError: 80090308: ldap://cn={user}:{enc}@directory:389 bindCredentials: '{pass}'",
    "InvalidCredentials",
  ],
  ["etcdserver: authentication failed, http://{user}:{enc}@etcd:2379", "authentication failed"],
  ["Exception: AUTH_FAILED[-115] zookeeper://{user}:{enc}@zookeeper:2181", "AUTH_FAILED"],
  ["InvalidAccessKeyId: http://{user}:{enc}@storage:9000/uploads", "InvalidAccessKeyId"],
];

/** Passwords in all the shapes that drivers take. */
export const PASSWORDS: readonly string[] = [
  "s3cretHorse",
  "s3cret-horse_42",
  "s3cret@horse.example",
  "s3cret:horse",
  "s3cret/horse?x#y",
  "s3cret%horse&co=1",
  "S3CRET+horse==",
  "s3cret$horse!{}",
  "s3cretñörse",
  "s3cret~".repeat(12),
];

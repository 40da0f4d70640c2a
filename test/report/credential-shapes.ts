/**
 * Texts that drivers, commands, SDKs and dumps of configurations print, one a line. What is secret in each stands in
 * `⟦⟧`, which also keeps scanners of repositories from taking a made-up token for a real one. `↵` is a line break, and
 * `\u{…}` a character that cannot be seen. The table was written before the rules, and knows nothing of them.
 */
const TABLE = String.raw`
# PostgreSQL
connect ECONNREFUSED 127.0.0.1:5432 - postgres://shop:⟦Tr0ub4dor&3⟧@db:5432/shop
could not connect to server: postgresql://shop:⟦kZ9!vQ2#x⟧@10.0.0.4:5432/shop?sslmode=require
error: password authentication failed for user "shop" while connecting to postgres://shop:⟦w1nter-is@coming⟧@db.internal/shop
Invalid URL: postgres://shop:⟦9fK2mPz7⟧
TypeError: Invalid URL, input: 'postgres://shop:⟦ab cd ef gh⟧@db/shop'
DATABASE_URL=postgres://shop:⟦J8s/kw+2=⟧@db:5432/shop is not reachable
PGPASSWORD=⟦plover-egg-9⟧ psql -h db -U shop failed with exit code 2
PGPASSWORD='⟦two words here⟧' pg_dump -h db shop: exit status 1
psql: error: invalid connection option "passwd" in "host=db user=shop passwd=⟦mauve-kite-77⟧ dbname=shop"
missing "=" after "⟦x9-rogue-part⟧" in connection info string "host=db user=shop password=abc ⟦x9-rogue-part⟧"
conninfo: host=db port=5432 dbname=shop user=replicator password=⟦slot-Fe3-kk⟧ application_name=replica1
primary_conninfo = 'user=replicator password=⟦rEpl1cate!⟧ host=10.1.1.1 port=5432 sslmode=prefer'
host=db user=shop password='⟦it\'s so secret⟧' dbname=shop connect_timeout=5
syntax error at or near "RLE": CREATE RLE shop LOGIN PASSWORD '⟦Gr33n-apple⟧'
ALTER ROLE shop WITH PASSWORD '⟦n0t''so''easy⟧' VALID UNTIL 'infinity' - permission denied
alter user shop with encrypted password '⟦md5ab93f0e2c1⟧'
CREATE USER MAPPING FOR app SERVER far OPTIONS (user 'app', password '⟦fdw-secret-8⟧')
CREATE SUBSCRIPTION s CONNECTION 'host=db user=rep password=⟦subscr1be-me⟧' PUBLICATION p
dblink_connect: could not establish connection: dbname=x user=y password=⟦dblink88pass⟧
pgbouncer: FATAL: auth failed: userlist entry "shop" "⟦SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy⟧"
{ host: 'db', port: 5432, user: 'shop', password: '⟦inspectMe55⟧', database: 'shop' }
ConnectionParameters { user: 'shop', database: 'shop', port: 5432, host: 'db', password: '⟦pgparams-3x⟧', binary: false }
Can't reach database server at db:5432. datasource url = "postgresql://shop:⟦pr1sma%40pw⟧@db:5432/shop?schema=public"
Error validating datasource db: the URL must start with the protocol postgresql://. Got: postgrs://shop:⟦typoInScheme1⟧@db/shop
knexfile: { client: 'pg', connection: { host: 'db', user: 'shop', password: '⟦knexKn3x⟧' } }
SequelizeConnectionError: password authentication failed; config {"username":"shop","password":"⟦seqPw!2024⟧","host":"db"}
DataSource options: {"type":"postgres","username":"shop","password":"⟦typeOrmPw⟧","synchronize":false}
drizzle: connect failed with credentials {"url":"postgres://shop:⟦dr1zzl3⟧@db/shop"}
pg_basebackup: error: connection to "postgres://rep:⟦base-backup⟧@standby" failed
PostgresError: 28P01 { connection: "postgres://shop:⟦neonPw_8sX⟧@ep-cool-1.eu-central-1.aws.neon.tech/shop" }
/root/.pgpass: db:5432:shop:shop:⟦pgpassLine7⟧ has wrong permissions
failed to parse as DSN: cannot parse "user=shop password=⟦pgxGoPass⟧ host=/tmp": bad port
dial error: failed to connect to "host=db user=shop password=⟦pgxV5Pass⟧ database=shop": timeout
psycopg2.OperationalError: could not translate host name "db" dsn: user=shop password=⟦psyc0pg⟧ dbname=shop
sqlalchemy.exc.ArgumentError: Could not parse SQLAlchemy URL from string 'postgresql+asyncpg://shop:⟦a1chemy/9⟧@db/shop'
org.postgresql.util.PSQLException: jdbc:postgresql://db/shop?user=shop&password=⟦jdbcPgPw⟧&ssl=true refused
spring.datasource.password=⟦springBoot3Pw⟧ could not be bound
HikariConfig: dataSourceProperties={user=shop, password=⟦hikari&Co⟧}
pgx: parse "postgres://shop:⟦50%off⟧@db/shop": net/url: invalid userinfo
parse "postgres://shop:⟦half:done⟧": first path segment in URL cannot contain colon
# MySQL and MariaDB
ER_ACCESS_DENIED_ERROR: Access denied for user 'shop'@'10.0.0.7' (using password: YES) mysql://shop:⟦ma1nsail⟧@db:3306/shop
(conn=-1, no: 45012, SQLState: 08S01) socket closed uri: mariadb://shop:⟦m4riaPw⟧@db:3306/shop
You have an error in your SQL syntax near 'x' - SET PASSWORD FOR 'shop'@'%' = PASSWORD('⟦setPwFor-1⟧')
(conn=12, no: 1064) sql: SET PASSWORD = PASSWORD(?) - parameters:['⟦paramSecret⟧']
(conn=12, no: 1064) sql: ALTER USER shop IDENTIFIED BY ? - parameters:['⟦identBy#2⟧']
GRANT ALL ON shop.* TO 'shop'@'%' IDENTIFIED BY '⟦gr4nted⟧'
CREATE USER 'shop'@'%' IDENTIFIED WITH caching_sha2_password BY '⟦sha2-cache⟧'
CREATE USER shop IDENTIFIED VIA mysql_native_password USING PASSWORD('⟦nativeMaria⟧')
CHANGE MASTER TO MASTER_HOST='db', MASTER_USER='rep', MASTER_PASSWORD='⟦mast3rRep⟧'
CHANGE REPLICATION SOURCE TO SOURCE_USER='rep', SOURCE_PASSWORD='⟦sourceRep5⟧', SOURCE_PORT=3306
mysql: [Warning] Using a password on the command line: mysql -h db -u shop -p⟦cmdLinePw⟧ shop
mysqldump --host=db --user=shop --password=⟦dumpPw-31⟧ shop failed
mysqladmin -u root -p⟦r00tAdm1n⟧ ping
MYSQL_PWD=⟦envMyPw⟧ mysql shop: command failed
MYSQL_ROOT_PASSWORD=⟦rootInEnv⟧ MYSQL_DATABASE=shop docker run mysql:8
invalid DSN: missing the slash separating the database name: shop:⟦goMySqlPw⟧@tcp(db:3306)
default addr for network 'db:3306' unknown: shop:⟦goMy/Sql⟧@db:3306/shop
Invalid configuration: {"host":"db","user":"shop","password":"⟦my$ql2⟧","database":"shop"}
createPool({ uri: 'mysql://shop:⟦poolUri:3⟧@db/shop', connectionLimit: 10 })
ConnectionConfig { host: 'db', user: 'shop', password: '⟦mysqljsConf⟧', passwordSha1: '⟦a94a8fe5ccb19ba61c⟧' }
jdbc:mysql://shop:⟦inUserInfo⟧@db:3306/shop?useSSL=false
jdbc:mariadb://db/shop?user=shop&password=⟦mjdbcPw⟧
[client]↵user=shop↵password=⟦myCnfPw⟧↵host=db
mysql://shop:⟦p#w?d⟧@db/shop: Invalid URL
mysql+pymysql://shop:⟦py-my-sql⟧@db/shop cannot be reached
# Other SQL databases
Login failed for user 'sa'. Server=db;Database=shop;User Id=sa;Password=⟦Str0ng!Passw0rd⟧;Encrypt=true
Server=tcp:shop.database.windows.net,1433;User ID=sa@shop;Password={⟦az;sql}}pw⟧};Encrypt=True
Data Source=db;Initial Catalog=shop;Uid=sa;Pwd=⟦pwdWord9⟧;
Driver={ODBC Driver 18 for SQL Server};Server=db;UID=sa;PWD=⟦odbcPw18⟧
DRIVER=MariaDB;SERVER=db;USER=shop;PASSWORD=⟦my odbc pw⟧;PORT=3306
jdbc:sqlserver://db:1433;user=sa;password={⟦sqlsrv;1⟧};encrypt=true
ConnectionError: Failed to connect to db:1433 { authentication: { type: 'default', options: { userName: 'sa', password: '⟦tedi0us⟧' } } }
jdbc:oracle:thin:scott/⟦tigerT1ger⟧@//db:1521/shop
jdbc:oracle:thin:scott/⟦tigerTwo⟧@db:1521:ORCL
ORA-01017: invalid username/password; logon denied: sqlplus scott/⟦plusTiger⟧@shop
NJS-040: connection request timeout { user: 'scott', password: '⟦oracledbPw⟧', connectString: 'db/XEPDB1' }
alter user scott identified by ⟦ident1fied⟧ replace ⟦0ldTiger⟧
CREATE DATABASE LINK far CONNECT TO scott IDENTIFIED BY "⟦Db Link 3⟧" USING 'FAR'
snowflake://shop:⟦fl4ke⟧@acme-x/shop?warehouse=wh
snowflake: 390100 Incorrect username or password. {"account":"acme","username":"shop","password":"⟦snowPw1⟧"}
CREATE STAGE s URL='s3://b' CREDENTIALS=(AWS_KEY_ID='AKIA⟦IOSFODNN7EXAMPLE⟧' AWS_SECRET_KEY='⟦wJalrXUtnFEMI/K7MDENG⟧')
clickhouse://default:⟦cl1ckH⟧@ch:9000/shop
ClickHouse: http://ch:8123/?user=default&password=⟦queryChPw⟧&query=SELECT+1
SELECT * FROM remote('ch:9000', db.t, 'default', '⟦rem0teFn⟧') -- password '⟦rem0teFn⟧'
cockroach: postgresql://root:⟦r0ach⟧@crdb:26257/defaultdb?sslmode=verify-full
DB2 SQL30082N: DATABASE=shop;HOSTNAME=db;UID=db2inst1;PWD=⟦db2Inst⟧;
sqlcipher: PRAGMA key = '⟦cipherKeyPhrase⟧' failed: file is not a database
ATTACH DATABASE 'x.db' AS enc KEY '⟦attachKey9⟧'
libsql://shop.turso.io?authToken=⟦tursoAuthTok⟧ returned 401
Trino: https://shop:⟦tr1noPw⟧@trino:8443 unauthorized
# MongoDB and other stores
MongoServerSelectionError: connect ETIMEDOUT mongodb+srv://shop:⟦m0ngoPw⟧@cluster0.abcde.mongodb.net/shop?retryWrites=true
MongoParseError: Username and password must be escaped: mongodb://shop:⟦p@ss/w:rd⟧@db:27017,db2:27017/shop?replicaSet=rs0
MongoParseError: URI malformed, cannot be parsed: mongodb://shop:⟦100%pw⟧@db/shop
MongoServerError: Authentication failed. MongoCredentials { username: 'shop', password: '⟦credsPw⟧', source: 'admin' }
saslStart failed { saslStart: 1, mechanism: 'PLAIN', payload: '⟦AHNob3AAbTBuZ29Qdw==⟧' }
db.createUser({ user: "shop", pwd: "⟦createUserPw⟧", roles: [] }) failed
mongodump --uri "mongodb://shop:⟦dumpMongo⟧@db/shop" exited with 1
mongosh -u shop -p ⟦mongoshPw4⟧ --authenticationDatabase admin
mongorestore --username shop --password ⟦restore-Me⟧ --host db
MONGO_INITDB_ROOT_PASSWORD=⟦initRoot1⟧
MongooseError: uri: mongodb://:⟦onlyPw77⟧@db
cassandra: Provided username shop and/or password are incorrect; PlainTextAuthProvider { username: 'shop', password: '⟦c4ssandra⟧' }
cqlsh -u shop -p ⟦cqlshPw8⟧ 10.0.0.5
ALTER ROLE shop WITH PASSWORD = '⟦cqlAlter⟧'
CREATE ROLE shop WITH LOGIN = true AND PASSWORD = '⟦cqlCreate⟧'
neo4j://neo4j:⟦graphPw⟧@graph:7687 is unreachable
Neo4jError: The client is unauthorized: { scheme: 'basic', principal: 'neo4j', credentials: '⟦neoCreds⟧' }
couchbase://Administrator:⟦couchPw⟧@cb/shop
nano: unauthorized http://admin:⟦relaxCouch⟧@couch:5984/shop
CouchDB: _session failed with body name=admin&password=⟦formCouch⟧
InfluxDB: unauthorized, header Authorization: Token ⟦influxTok3nAbc==⟧
influx -username admin -password ⟦1nfluxPw⟧
INFLUX_TOKEN=⟦kJx82mNvQ0pLw==⟧ is expired
arangodb: http+tcp://root:⟦ar4ngo⟧@graph:8529
etcdctl --user root:⟦etcdRoot⟧ get /x
etcd: { hosts: 'http://etcd:2379', auth: { username: 'root', password: '⟦etcd3Pw⟧' } }
zookeeper: addauth digest super:⟦zkDigest⟧
sasl digest-md5: username="zk" realm="x" response=⟦d388dad90d4bbd760a152321f2143af7⟧
surrealdb: signin { user: 'root', pass: '⟦surrealPw⟧' }
firebase: https://shop.firebaseio.com/x.json?auth=⟦fbDbSecret22⟧
# Redis and Valkey
WRONGPASS invalid username-password pair or user is disabled. redis://default:⟦r3dis⟧@cache:6379/0
Connection is closed. rediss://:⟦tlsRedis⟧@cache:6380
ERR unknown command 'AUTH', with args beginning with: 'default' '⟦argsBegin⟧'
ERR unknown command 'HELLO', with args beginning with: '3' 'AUTH' 'default' '⟦helloArgs⟧'
ReplyError: NOAUTH command: AUTH ⟦authOne⟧
cannot connect to :⟦noUserNorScheme⟧@10.0.0.1:6379
password=⟦hunter2⟧: connect ECONNREFUSED 10.0.0.9:6379
password: ⟦hunter2⟧: connect ECONNREFUSED 10.0.0.9:6379
REDIS_PASSWORD=⟦hunter2⟧: connect ECONNREFUSED 10.0.0.9:6379
requirepass password ⟦hunter2⟧: connect ETIMEDOUT 10.0.0.9:6379
secret: ⟦swordfish⟧: connect EHOSTUNREACH 10.0.0.9:6379
token: ⟦abc123⟧: connect failed
passwd => ⟦correcthorse⟧: connect ENOENT /run/redis.sock
auth: ⟦letmein⟧: connect ECONNREFUSED 10.0.0.9:6379
session: ⟦swordfish⟧: connect ECONNREFUSED 10.0.0.9:6379
session=⟦rediskey⟧: connect ECONNREFUSED 10.0.0.9:6379
session: ⟦cache77⟧: connect ECONNREFUSED 10.0.0.9:6379
password: ⟦postgres⟧: connect ECONNREFUSED 10.0.0.9:5432
session_password: ⟦postgres⟧: connect ECONNREFUSED 10.0.0.9:5432
authorization: ⟦abc123⟧: connect failed
command failed: AUTH default ⟦authTwo⟧
HELLO 3 AUTH default ⟦hello3pw⟧ SETNAME worker
redis-cli -h cache -a ⟦cliPw-1⟧ ping
redis-cli --pass ⟦cliPass2⟧ -h cache info
spawn redis-cli [ 'redis-cli', '-a', '⟦arrayPw1⟧', 'ping' ]
spawnargs: ["-h","cache","-a","⟦arrayPw2⟧"] redis-cli exited
redis-cli -u redis://default:⟦uPw⟧@cache:6379
CONFIG SET requirepass ⟦reqPass⟧
requirepass "⟦quoted req⟧"
masterauth ⟦mast3rAuth⟧
sentinel auth-pass mymaster ⟦sentPw9⟧
ACL SETUSER app on >⟦aclSecret⟧ ~* +@all
ACL SETUSER app on >⟦04622914⟧ ~* +@all
acl setuser app on <⟦04622914⟧
ACL SETUSER app on #⟦c3ab8ff13720e8ad9047dd39466b3c89⟧ allkeys
user default on >⟦aclFilePw⟧ ~* &* +@all
MIGRATE cache2 6379 "" 0 5000 AUTH2 default ⟦migrateTwo⟧ KEYS a
MIGRATE cache2 6379 k 0 5000 AUTH ⟦migrateOne⟧
{ host: 'cache', port: 6379, username: 'default', password: '⟦ioredisPw⟧', db: 0 }
RedisOptions { sentinels: [Array], sentinelPassword: '⟦sent1nelPw⟧', name: 'mymaster' }
ClientOfflineError { socket: {}, username: 'default', password: '⟦nodeRedis5⟧' }
REDISCLI_AUTH=⟦cliAuthEnv⟧ redis-cli ping
REDIS_URL=redis://h:⟦herokuPw0⟧@ec2-1-2-3-4.compute.amazonaws.com:1234
UPSTASH_REDIS_REST_TOKEN=⟦AXyzACQgOGU4⟧ rejected
{"command":["AUTH","⟦jsonAuth⟧"]}
ReplyError { command: { name: 'auth', args: [ '⟦errArgsPw⟧' ] } }
ReplyError { command: { name: 'hello', args: [ '3', 'AUTH', 'default', '⟦helloObj⟧' ] } }
*2↵$4↵AUTH↵$8↵⟦respPass⟧
redis: can't parse redis://default:⟦goRedis!⟧@cache:port
memcached: sasl PLAIN failed for memcached://shop:⟦memcPw⟧@cache:11211
# Brokers
Handshake terminated by server: 403 (ACCESS-REFUSED) amqp://shop:⟦bunnyPw⟧@broker:5672/vhost
connect ETIMEDOUT amqps://shop:⟦p%40ssRabbit⟧@broker:5671/%2F?heartbeat=30
Expected amqp: or amqps: as the protocol; got amqpp://shop:⟦wrongProto⟧@broker
rabbitmqctl change_password shop --password ⟦rabbitCtl⟧
RABBITMQ_DEFAULT_PASS=⟦rabbitDef⟧
RABBITMQ_ERLANG_COOKIE=⟦erlCookie99⟧
KafkaJSSASLAuthenticationError: SASL PLAIN authentication failed: { mechanism: 'plain', username: 'shop', password: '⟦kafkaPw⟧' }
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="shop" password="⟦jaasPw⟧";
ssl.keystore.password=⟦keySt0re⟧ ssl.key.password=⟦keyPw22⟧
sasl.password=⟦rdkafkaPw⟧ sasl.username=shop
sasl: PLAIN ⟦AHNob3AAbTBuZ29Qdw==⟧ was refused
kcat -b broker -X sasl.password=⟦kcatPw⟧ -L
schema.registry.basic.auth.user.info=shop:⟦schemaReg⟧
{"sasl":{"mechanism":"scram-sha-256","username":"shop","password":"⟦scr4m⟧"}}
NatsError: AUTHORIZATION_VIOLATION nats://shop:⟦natsPw⟧@broker:4222
nats: Authorization Violation for nats://⟦s3cretNatsToken⟧@broker:4222
CONNECT {"verbose":false,"user":"shop","pass":"⟦natsConnPw⟧","lang":"javascript"}
CONNECT {"auth_token":"⟦natsAuthTok⟧","name":"jobs"}
nats creds: seed SU⟦ACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY⟧
Connection refused: Not authorized mqtts://shop:⟦mqttPw⟧@broker:8883
mqtt: { clientId: 'a', username: 'shop', password: <Buffer ⟦6d 71 74 74 50 77⟧> }
mosquitto_pub -h broker -u shop -P ⟦mosqPw⟧ -t x
STOMP CONNECT↵login:shop↵passcode:⟦stompCode⟧↵host:/
Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey=⟦c2hhcmVkS2V5MTIz=⟧
HostName=hub.azure-devices.net;DeviceId=d1;SharedAccessKey=⟦ZGV2aWNlS2V5⟧
pulsar: authParams={"token":"⟦pulsarTok⟧"}
pulsar://broker:6650 authentication token:⟦eyJpulsar.Tok⟧
solace: Unauthorized: vpn default, userName shop, password ⟦solacePw⟧
bullmq: new Worker({ connection: { host: 'cache', password: '⟦bullPw⟧' } })
SharedAccessSignature sr=hub&sig=⟦c2lnbmF0dXJl%3D⟧&se=1700000000
KAFKA_SASL_PASSWORD: "⟦kafkaEnv⟧"
# HTTP requests and headers
Request failed with status code 401: Authorization: Basic ⟦c2hvcDpodW50ZXIy⟧
Request failed with status code 401: Authorization: Bearer ⟦abc.def-ghi_jkl⟧
headers: { authorization: 'Bearer ⟦inspHdrTok⟧', accept: '*/*' }
{"headers":{"Authorization":"Bearer ⟦jsonHdrTok⟧","Accept":"*/*"}}
[ 'Authorization', 'Bearer ⟦rawHdrTok⟧', 'Host', 'api.test' ]
{"rawHeaders":["X-Api-Key","⟦rawApiKey⟧","Host","api"]}
authorization: bearer ⟦lowerBearer⟧
Proxy-Authorization: Basic ⟦cHJveHk6cHcxMjM=⟧
Authorization: Digest username="shop", realm="x", nonce="n", response="⟦6629fae49393a05397450978507c4ef1⟧"
Authorization: AWS4-HMAC-SHA256 Credential=AKIA⟦XEXAMPLE12345678⟧/20260101/eu/s3/aws4_request, SignedHeaders=host, Signature=⟦fe5f80f77d5fa3beca038a248ff027d0⟧
Authorization: ApiKey ⟦VnVhQ2ZHY0JDZGJrUW0tZTVhT3g⟧
Authorization: Negotiate ⟦YIIJvwYGKwYBBQUCoIIJszCC⟧
Authorization: Custom one ⟦two-secret⟧ three
Authorization: ⟦rawTokenOnly9⟧
Authorization=⟦eqTokenHere⟧
authorization header was "Bearer ⟦quotedBearer⟧"
got 401 for token Bearer ⟦loneBearer7⟧, try again
Cookie: theme=dark; sid=⟦s%3Acookie.sig⟧
Set-Cookie: session=⟦sessVal9⟧; HttpOnly; Path=/
set-cookie: [ 'sid=⟦listCookie⟧; Path=/', 'a=b' ]
{ cookie: 'connect.sid=⟦s%3Ainsp.cook⟧' }
cookies={"JSESSIONID":"⟦4E2C8B7A0F⟧"}
x-api-key: ⟦xApiKeyVal⟧
X-Auth-Token: ⟦xAuthTok⟧
X-Vault-Token: ⟦xVaultTok⟧
X-Amz-Security-Token: ⟦IQoJb3JpZ2luX2VjEJr⟧
X-CSRF-Token: ⟦csrfTok9⟧
Ocp-Apim-Subscription-Key: ⟦ocpApimKey1⟧
X-Shopify-Access-Token: ⟦shopifyTok⟧
api-key: ⟦azureOpenAiKey⟧
PRIVATE-TOKEN: ⟦gitlabPriv⟧
curl -u shop:⟦curlUPw⟧ https://api.test/ returned 22
curl --user shop:⟦curlUser⟧ https://api.test/
curl -ushop:⟦curlGlued⟧ https://api.test/
curl -H 'Authorization: Bearer ⟦curlHdr⟧' https://api.test/
curl -H "X-Api-Key: ⟦curlApiKey⟧" https://api.test/
curl --oauth2-bearer ⟦curlOauth⟧ https://api.test/
curl -b 'sid=⟦curlCookie⟧' https://api.test/
curl -x http://proxy:⟦curlProxy⟧@proxy:3128 https://api.test
wget --http-password=⟦wgetPw⟧ https://api.test
http -a shop:⟦httpiePw⟧ GET https://api.test
Request cannot be constructed from a URL that includes credentials: http://shop:⟦fetch pw⟧@api.test/
Request cannot be constructed from a URL that includes credentials: https://shop:⟦fetchPw2⟧@api.test/
fetch failed: https://shop:⟦fetchPw3⟧@search:9200/_cluster/health
AxiosError { config: { auth: { username: 'shop', password: '⟦axiosPw⟧' }, url: '/x' } }
tunneling socket could not be established, cause=connect ECONNREFUSED, proxy=http://shop:⟦tunnelPw⟧@proxy:8080
HTTPS_PROXY=http://shop:⟦proxyPw1⟧@proxy:3128 is invalid
//shop:⟦noScheme⟧@registry.internal/
//shop:⟦T:(IT?9m&*H5⟧@registry.internal/
connect to "//shop:⟦12/no;Scheme#⟧@registry.internal/v2" failed
ResponseError: security_exception: missing authentication credentials; ApiKey ⟦elasticApiKey⟧
elastic: { node: 'https://es:9200', auth: { apiKey: '⟦elKeyObj==⟧' } }
elastic: { cloud: { id: 'x' }, auth: { bearer: '⟦elBearer⟧' } }
graphql: errors with variables {"input":{"email":"a@b.c","password":"⟦gqlPw⟧"}}
POST /login {"username":"shop","password":"⟦loginPw⟧"} returned 500
POST /login body: username=shop&password=⟦formPw⟧&remember=1
grpc: 16 UNAUTHENTICATED: invalid token "⟦grpcTok⟧"
grpc metadata: Metadata { internalRepr: Map(1) { 'authorization' => [ 'Bearer ⟦grpcMeta⟧' ] } }
# Queries and OAuth
POST /login with password[x]=⟦bracketPw⟧&user=shop
passwords[]=⟦inList77⟧
GET https://api.test/v1?access_token=⟦queryTok⟧&page=2 returned 401
GET https://api.test/v1?token=⟦a@b-tok⟧ returned 401
GET https://maps.googleapis.com/maps/api/geocode/json?address=x&key=AIza⟦SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY⟧
https://app.test/callback?code=⟦4/0AX4XfWh⟧&state=xyz returned 500
https://app.test/cb#access_token=⟦fragTok⟧&token_type=bearer
https://app.test/reset?token=⟦resetTok⟧
https://app.test/login?next=%2Fx%3Ftoken%3D⟦nextTok⟧
https://app.test/login?next=%252Fx%253Ftoken%253D⟦doubleTok⟧
https://app.test/magic?sig=⟦magicSig⟧&exp=9
https://shop.blob.core.windows.net/c?sv=2024&sig=⟦blobSig%3D⟧&se=2026
https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIA⟦IOSFODNN7EXAMPLQ⟧%2F2026&X-Amz-Signature=⟦fe5f80f77d5fa3be⟧
https://storage.googleapis.com/b/o?GoogleAccessId=x&Expires=9&Signature=⟦gcsSignature⟧
https://cdn.test/v.mp4?Policy=x&Signature=⟦cfSignature⟧&Key-Pair-Id=APKA
https://api.test/?apikey=⟦lowApikey⟧
https://api.test/?api_key=⟦snakeApi⟧&q=1
https://api.test/?client_id=web&client_secret=⟦cliSecret⟧&grant_type=client_credentials
invalid_grant: grant_type=refresh_token&refresh_token=⟦1//0gRefresh⟧
invalid_grant {"grant_type":"authorization_code","code":"4/x","code_verifier":"⟦pkceVerifier⟧","client_secret":"⟦gocspxSec⟧"}
{"access_token":"⟦ya29.accTok⟧","expires_in":3599}
{"id_token":"⟦eyJhbGciOi.eyJzdWIi.sigsig⟧"}
client_assertion=⟦eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.QWxhZGRpbg⟧
password=⟦ropcPw⟧&username=shop&grant_type=password
https://hub.test/?hub.mode=x&hub.verify_token=⟦hubVerify⟧
wss://rt.test/?jwt=⟦wsJwtTok⟧
wss://rt.test/socket.io/?EIO=4&sid=⟦socketSid1⟧
https://api.test/v1?subscription-key=⟦subKey12⟧
https://api.test/v1?appid=⟦b1b15e88fa797225⟧&token=⟦owmTok77⟧
https://api.test/?pass=⟦qPass⟧&user=x
https://api.test/?pwd=⟦qPwd⟧
https://api.test/?session=⟦qSession⟧
https://oauth.test/?assertion=x&oauth_token=⟦oTok1⟧&oauth_signature=⟦oSig1⟧
# AWS
SignatureDoesNotMatch: AWSAccessKeyId=AKIA⟦IOSFODNN7EXAMPLE⟧ aws_secret_access_key=⟦wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY⟧
{ accessKeyId: 'AKIA⟦IOSFODNN7EXAMPLE⟧', secretAccessKey: '⟦wJalrXUtnFEMI⟧', sessionToken: '⟦FwoGZXIvYXdz⟧' } is expired
AWS_SECRET_ACCESS_KEY=⟦je7MtGbClwBF/2Zp9Utk⟧
AWS_SESSION_TOKEN=⟦IQoJb3JpZ2luX2VjEH⟧
[default]↵aws_access_key_id = AKIA⟦I44QH8DHBEXAMPLE⟧↵aws_secret_access_key = ⟦je7MtGbClwBF2Zp9⟧
InvalidClientTokenId: The security token ASIA⟦QWERTYUIOP123456⟧ is invalid
The AWS Access Key Id AKIA⟦ZZZZEXAMPLE00001⟧ does not exist in our records
aws configure set aws_secret_access_key ⟦cfgSetSecret⟧
{"AccessKeyId":"ASIA⟦X1X2X3X4X5X6X7X8⟧","SecretAccessKey":"⟦stsSecret9⟧","Token":"⟦stsTokenX⟧"}
s3: { endpoint: 'http://minio:9000', accessKey: '⟦minioAcc⟧', secretKey: '⟦minioSec⟧' }
MINIO_ROOT_PASSWORD=⟦minioRoot⟧
could not parse as EC key ⟦9f8e7d6c5b4a3210⟧
mc alias set m http://minio:9000 admin --secret-key ⟦mcSecret⟧
InvalidAccessKeyId: http://minio:⟦m1nioPw⟧@storage:9000/uploads
ses: smtp password ⟦"BHq8secretSES"⟧ rejected
ssm: PutParameter failed { Name: '/shop/db', Value: 'x', SecureString: true, SecretString: '⟦ssmSecStr⟧' }
secretsmanager: {"SecretString":"{\"username\":\"shop\",\"password\":\"⟦smNested⟧\"}"}
rds: iam token shop.x.rds.amazonaws.com:3306/?Action=connect&DBUser=a&X-Amz-Signature=⟦rdsIamSig⟧
cognito: NotAuthorizedException {"USERNAME":"x","PASSWORD":"⟦cognitoPw⟧"}
sts assume-role --token-code 123 --serial x --session-token ⟦cliSessTok⟧
credentials=Credentials(access_key='x', secret_key='⟦botoSecret⟧', token='⟦botoToken⟧')
# Azure and Google
DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=⟦Eby8vdM02xNOcqF⟧==;EndpointSuffix=core.windows.net
AccountEndpoint=https://shop.documents.azure.com:443/;AccountKey=⟦C2y6yDjf5R⟧==;
BlobEndpoint=https://x.blob.core.windows.net;SharedAccessSignature=sv=2024&sig=⟦sasSig11⟧
cosmos: {"endpoint":"https://x","key":"⟦cosmosKey==⟧"}
primaryKey=⟦primKeyVal⟧ secondaryKey=⟦secKeyVal⟧
{"primaryMasterKey":"⟦pmKey⟧","secondaryMasterKey":"⟦smKey12⟧"}
AZURE_CLIENT_SECRET=⟦8Q~azureClientSec⟧
AADSTS7000215: Invalid client secret provided. client_secret=⟦aadSecret⟧
az login --service-principal -u x -p ⟦azLoginPw⟧ --tenant t
az storage blob list --account-key ⟦azAccKey⟧
az login --password ⟦azPw2⟧
AuthKey=⟦authKeyVal⟧
sharedKey=⟦sharedKeyV⟧
consumerKey=⟦consKeyV⟧ consumerSecret=⟦consSecV⟧
azure search: api-key ⟦srchKey01⟧ is not valid; header api-key: ⟦srchKey01⟧
AzureWebJobsStorage=DefaultEndpointsProtocol=https;AccountName=x;AccountKey=⟦jobsKey==⟧
InstrumentationKey=⟦6f9c1f2e-1111-2222⟧;IngestionEndpoint=https://x
functions: https://x.azurewebsites.net/api/f?code=⟦funcCodeKey⟧
sig=⟦logicAppSig⟧&sp=%2Ftriggers
{"type":"service_account","private_key_id":"⟦privKeyId99⟧","private_key":"-----BEGIN PRIVATE KEY-----\n⟦MIIEvQIBADANBg⟧\n-----END PRIVATE KEY-----\n"}
invalid_grant: {"client_email":"x@y.iam","private_key":"⟦rawPemBody⟧"}
GOOGLE_API_KEY=AIza⟦SyA1234567890abcdefghijklmnopqrstuv⟧
API key not valid: AIza⟦SyB0987654321zyxwvutsrqponmlkjihgfe⟧
ya29.⟦a0AfH6SMBx1y2z3⟧ has expired
GOCSPX-⟦abcdefghij1234567890klmn⟧ was refused
GOOGLE_APPLICATION_CREDENTIALS_JSON={"private_key":"⟦inlineJsonKey⟧"}
gcloud auth activate --access-token ⟦gcloudTok⟧
firebase: { apiKey: '⟦fbApiKey9⟧', authDomain: 'x' }
recaptcha secret=⟦6LeIxAcTAAAA⟧&response=x
# Tokens by their looks
refused: ghp_⟦16C7e42F292c6912E7710c838347Ae178B4a⟧
refused: gho_⟦16C7e42F292c6912E7710c838347Ae178B4b⟧
clone failed: github_pat_⟦11ABCDEFG0abcdefghijkl_abcdefghijk⟧
ghs_⟦A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8⟧ expired
401 for glpat-⟦xYz12-AbCdEfGhIjKlMn⟧
glptt-⟦0123456789abcdef0123⟧ is not a trigger
gldt-⟦deployTok1234567890a⟧ revoked
xoxb-⟦123456789012-1234567890123-AbCdEfGh⟧ invalid_auth
xoxp-⟦123456789012-abcdefabcdef⟧ token_revoked
xapp-⟦1-A0123456789-1234567890-abcdef⟧ not_allowed
xoxe.xoxp-⟦1-Mi0yLTEyMzQ1Njc4OTAxMjM⟧ expired
whsec_⟦MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw⟧ mismatch
Invalid API Key provided: sk_live_⟦4eC39HqLyjWDarjtT1zdp7dc⟧
No such customer; key sk_test_⟦4eC39HqLyjWDarjtT1zdp7dd⟧
rk_live_⟦51AbCdEfGhIjKlMnOp⟧ lacks permission
Incorrect API key provided: sk-⟦aBcDeFgHiJkLmNoPqRsTuVwXyZ012345⟧. You can find your API key at https://platform.test
Incorrect API key provided: sk-proj-⟦aBcDeFgHiJkLmNoPq_RsTuVw-XyZ⟧
x-api-key sk-ant-api03-⟦AbCdEfGhIjKlMnOpQrSt-UvWx⟧ is invalid
Invalid credentials in hf_⟦AbCdEfGhIjKlMnOpQrStUvWxYz01234⟧
npm ERR! 401 with npm_⟦aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789⟧
//registry.npmjs.org/:_authToken=⟦npmrcTok1⟧
//registry.npmjs.org/:_password="⟦bnBtcmNQdw==⟧"
pypi-⟦AgEIcHlwaS5vcmcCJDAwMDAw⟧ is not authorised
permission denied with token hvs.⟦CAESIJ7GfJ8qPz0abcd⟧
hvb.⟦AAAAAQJz0zBvWUNOIKTkDhY⟧ batch token expired
s.⟦7f8d9g0h1j2k3l4z5x6c7v8b⟧ vault token is invalid
SG.⟦ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr⟧ unauthorized
key-⟦3ax6xnjp29jd6fds4gc373sgvjxteol0⟧ mailgun refused
AC0123456789abcdef0123456789abcdef:⟦twilioAuth⟧@api.twilio.com failed
SK⟦0123456789abcdef0123456789abcdef⟧ twilio key revoked
dop_v1_⟦0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef⟧ is not valid
dp.pt.⟦AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcd⟧ doppler
lin_api_⟦AbCdEfGhIjKlMnOpQrStUvWxYz01234567⟧ forbidden
shpat_⟦0123456789abcdef0123456789abcdef⟧ shopify says 401
sq0atp-⟦AbCdEfGhIjKlMnOpQrStUv⟧ square
EAAA⟦EFnOtAReAlToKeNbUtLoOkSlIkEoNe0123456789abcdefghijklmnopqrstuv⟧ is expired
dapi⟦0123456789abcdef0123456789abcdef⟧ databricks
glsa_⟦AbCdEfGhIjKlMnOpQrStUvWxYz012345_6789abcd⟧ grafana
NRAK-⟦ABCDEFGHIJKLMNOPQRSTUVWXYZ1⟧ new relic
ATATT3x⟦FfGF0abcdefghijklmnopqrstuvwxyz0123⟧ jira
PMAK-⟦0123456789abcdef01234567-0123456789abcdef0123456789abcdef01⟧
ntn_⟦12345678901AbCdEfGhIjKlMnOpQrStUvWx⟧ notion
figd_⟦AbCdEfGhIjKlMnOpQrStUvWxYz-0123456789⟧ figma
rubygems_⟦0123456789abcdef0123456789abcdef0123456789abcdef⟧
dckr_pat_⟦AbCdEfGhIjKlMnOpQrStUvWxYz0⟧ docker hub
sbp_⟦0123456789abcdef0123456789abcdef01234567⟧ supabase
pscale_tkn_⟦AbCdEfGhIjKlMnOpQrStUvWxYz0123456⟧ planetscale
re_⟦AbCdEfGh_IjKlMnOpQrStUvWxYz012345⟧ resend says 401
eyJ⟦hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U⟧ jwt expired
jwt malformed: eyJ⟦hbGciOiJub25lIn0.eyJzdWIiOiIyIn0.⟧
eyJ⟦hbGciOiJkaXIifQ..c2FsdA.Y2lwaGVy.dGFn⟧ cannot be decrypted
AGE-SECRET-KEY-⟦1QQPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGP⟧
# Webhooks and bots
POST https://hooks.slack.com/services/⟦T00000000/B00000000/XXXXXXXXXXXXabcdefgh⟧ returned 404
POST https://hooks.slack.com/workflows/⟦T0000/A111/9999/zzzzYYYY⟧ returned 404
POST https://discord.com/api/webhooks/1234567890/⟦AbCdEf-GhIjKl_MnOpQr⟧ 429
POST https://discordapp.com/api/webhooks/99/⟦OldDomainTok-123⟧ 401
https://api.telegram.org/bot⟦123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw⟧/sendMessage returned 401
TelegramError: 404 for https://api.telegram.org/file/bot⟦987654321:AAFileTokenExampleAbc⟧/x.jpg
https://acme.webhook.office.com/webhookb2/⟦a1b2c3d4-0000@t/IncomingWebhook/0123abcd⟧ refused
SENTRY_DSN=https://⟦0123456789abcdef⟧@o1.ingest.sentry.io/42
sentry: https://⟦pubkey1234⟧:⟦seckey5678⟧@sentry.io/1
https://hooks.zapier.com/hooks/catch/⟦123456/abcdefg⟧/ returned 410
https://maker.ifttt.com/trigger/x/with/key/⟦iftttKey9x8y7z⟧ 401
https://api.pushover.net token=⟦pushTok30⟧&user=x
https://events.pagerduty.com {"routing_key":"⟦R0UT1NGK3Y⟧"}
https://http-intake.logs.datadoghq.com/v1/input/⟦ddApiKeyInPath0123456789abcdef01⟧
DD_API_KEY=⟦0123456789abcdef⟧ invalid
# Keys in blocks
-----BEGIN PRIVATE KEY-----↵⟦MIIEvQIBADANBgkqhkiG9w0BAQEFAASC⟧↵-----END PRIVATE KEY-----
-----BEGIN RSA PRIVATE KEY-----↵Proc-Type: 4,ENCRYPTED↵⟦MIIEpAIBAAKCAQEAx1y2z3⟧↵-----END RSA PRIVATE KEY-----
-----BEGIN OPENSSH PRIVATE KEY-----↵⟦b3BlbnNzaC1rZXktdjEAAAAABG5vbmU⟧
-----BEGIN EC PRIVATE KEY-----\n⟦MHcCAQEEIIrYSSNQ⟧\n-----END EC PRIVATE KEY-----\n
-----BEGIN PGP PRIVATE KEY BLOCK-----↵↵⟦lQOYBF8xYzABCADQ⟧↵-----END PGP PRIVATE KEY BLOCK-----
---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----↵Comment: x↵⟦P2/56wAAAgIAAAAmZG⟧↵---- END SSH2 ENCRYPTED PRIVATE KEY ----
-----BEGIN ENCRYPTED PRIVATE KEY-----↵⟦MIIFHDBOBgkqhkiG9w0BBQ0w⟧ cannot be decrypted
PuTTY-User-Key-File-3: ssh-ed25519↵Private-Lines: 1↵⟦AAAAIEfsYk3d⟧↵Private-MAC: ⟦0a1b2c3d⟧
WireGuard: PrivateKey = ⟦yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=⟧
PresharedKey = ⟦/UwcSPg38hW/D9Y3tcS1FOV0K1wuURMbS0sesJEP5ak=⟧
{"kty":"RSA","n":"x","d":"⟦jwkPrivExp⟧","private_key_jwk":"⟦jwkPrivExp⟧"}
key.pem: -----BEGIN PRIVATE KEY----- ⟦MIIJQwIBADANBgkq⟧ bad base64 decode
# Environments and configuration files
DB_PASS=⟦envDbPass⟧ DB_HOST=db
DB_PASSWORD="⟦env pw with spaces⟧" DB_HOST=db
DATABASE_PASSWORD_FOR_REPLICATION=⟦longTail1⟧
dbpw=⟦dbpwShort⟧
export SECRET_KEY_BASE=⟦railsSecretBase⟧
SECRET_KEY = 'django-insecure-⟦abc123def456⟧'
APP_KEY=base64:⟦bGFyYXZlbEtleQ==⟧
JWT_SECRET=⟦jwtSec12⟧
NEXTAUTH_SECRET=⟦nextAuthS⟧
SESSION_SECRET: ⟦sessSecret⟧
ENCRYPTION_KEY=⟦encKeyEnv⟧
COOKIE_KEYS=⟦cookieKey1⟧,⟦cookieKey2⟧
STRIPE_KEY=⟦stripeInEnv⟧
SMTP_PASS=⟦smtpPassE⟧
ENV: { PATH: '/bin', GITHUB_TOKEN: '⟦ghTokEnv⟧' }
- name: DB_PASSWORD↵  value: ⟦k8sEnvVal⟧
- name: DB_PASSWORD value: ⟦k8sOneLine⟧
{"name":"DB_PASSWORD","value":"⟦k8sJsonVal⟧"}
password: |↵  ⟦yamlBlockPw⟧
password: >-↵  ⟦yamlFolded⟧
password:↵  ⟦yamlNextLine⟧
db:↵  user: shop↵  password: ⟦yamlNested⟧↵  host: db
kind: Secret↵data:↵  password: ⟦cGFzc3dvcmQ=⟧
stringData: { api-token: ⟦k8sStrTok⟧ }
machine api.test login shop password ⟦netrcPw⟧
machine api.test↵  login shop↵  password ⟦netrcLines⟧
default login shop password ⟦netrcDefault⟧
machine api.test login shop password ⟦correcthorse⟧
machine api.test login shop password ⟦12345678⟧
machine api.test↵  login shop↵  account main↵  password ⟦correcthorse⟧
machine api.test password ⟦correcthorse⟧
default login shop password ⟦correcthorse⟧
default login shop passwd ⟦12345678⟧
docker login -u shop -p ⟦dockerLoginPw⟧ registry.test
{"auths":{"registry.test":{"auth":"⟦c2hvcDpkb2NrZXI=⟧"}}}
docker run -e POSTGRES_PASSWORD=⟦dockerEnvPw⟧ postgres
environment: [ 'POSTGRES_PASSWORD=⟦composePw⟧' ]
terraform: variable "db_password" { default = "⟦tfDefault⟧" }
db_password = "⟦tfVarsPw⟧"
kubectl create secret generic db --from-literal=password=⟦literalPw⟧
kubectl --token ⟦kubeTok⟧ get pods
helm install x --set postgresql.auth.password=⟦helmPw⟧
helm upgrade x --set auth.rootPassword=⟦helmRoot⟧,auth.user=y
ansible_become_pass=⟦ansiblePw⟧
ansible_ssh_pass: ⟦ansSshPw⟧
bob:$apr1$⟦h8s7d6f5$abcdefghijklmnop⟧ is a bad line of .htpasswd
shop:$2b$12$⟦R9h/cIPz0gi.URNNX3kh2OPST9⟧ is no bcrypt hash
root:$6$⟦saltsalt$hashhashhashhash⟧:19000:0:99999:7:::
git clone https://⟦oauthTokInUser⟧@github.com/acme/shop.git failed
fatal: unable to access 'https://x-access-token:⟦gitAccTok⟧@github.com/acme/shop.git/'
remote: https://gitlab-ci-token:⟦ciJobTok⟧@gitlab.test/acme/shop.git
.git-credentials: https://shop:⟦gitCred⟧@git.test
svn --username shop --password ⟦svnPw⟧ up
sshpass -p ⟦sshPassPw⟧ ssh host
sshpass -p '⟦ssh pass quoted⟧' ssh host
ftp://shop:⟦ftpPw⟧@files.test/x 530 Login incorrect
sftp: { host: 'x', username: 'shop', passphrase: '⟦sftpPhrase⟧' }
smb://shop:⟦smbPw⟧@nas/share
mount -t cifs -o username=shop,password=⟦cifsPw⟧ //nas/share /mnt
net use \\nas\share /user:shop password=⟦netUsePw⟧
keytool -storepass ⟦keytoolSt⟧ -keypass ⟦keytoolKp⟧ -list
openssl rsa -passin pass:⟦opensslIn⟧ -in key.pem
openssl pkcs12 -passout pass:⟦opensslOut⟧
javax.net.ssl.keyStorePassword=⟦jvmKeyStore⟧
java -Djavax.net.ssl.trustStorePassword=⟦jvmTrust⟧ -jar x.jar
server.ssl.key-store-password: ⟦springKs⟧
ldap.bind.password=⟦ldapProps⟧
bindpw ⟦ldapBindPw⟧
rootpw {SSHA}⟦abcdefghijk==⟧
consul: acl token "⟦consulAcl⟧" not found
X-Consul-Token: ⟦consulHdr⟧
vault login ⟦"hvs.vaultLogin12345"⟧ password=⟦vaultPw⟧
vault write auth/userpass/login/x password=⟦vaultWrite⟧
VAULT_TOKEN=⟦vaultEnv⟧
unseal key: ⟦unsealKeyPart⟧
--db-password ⟦dbPwFlag⟧
--client-secret ⟦cliSecFlag⟧
--api-key=⟦apiKeyFlag⟧ --verbose
--token="⟦flag tok⟧" --x
-password ⟦oneDashPw⟧
--pass:⟦colonPw⟧
[ 'mysql', '--password', '⟦listFlagPw⟧' ]
["--token","⟦listTok⟧","--x"]
# Labels below labels
invalid config: credentials:↵  token: ⟦9f8e7d6c5b4a3f2e⟧
Invalid secret: password: ⟦s3cretPass1⟧
auth:↵  password: ⟦hunter-two-7⟧
auth:↵  user: shop↵  pass: ⟦hunter-two-7⟧
secrets:↵  db: ⟦vault-Db-77⟧
password:↵  value: ⟦nested9Value⟧
secret: token: ⟦0ddTok3n⟧
token: password ⟦after-word-5⟧
auth:↵  - password: ⟦list-of-1tem⟧
tokens:↵  - ⟦first-0f-two⟧↵  - ⟦secnd-0f-two⟧
# Objects as languages print them
{ user: 'shop', password: '⟦it'⟧ }
{"user":"shop","pass":"⟦a\"b\"c-secret⟧"}
{\"user\":\"shop\",\"password\":\"⟦escJsonPw⟧\"}
"{\\\"password\\\":\\\"⟦twiceEsc⟧\\\"}"
{'user': 'shop', 'password': '⟦pyDictPw⟧'}
{'password': b'⟦py bytes⟧'}
password=b'⟦pyBytes two⟧'
{'token': SecretStr('⟦notMasked⟧')}
Config(host='db', password='⟦dataclsPw⟧', port=5432)
Namespace(host='db', password='⟦argparse⟧')
OrderedDict([('user', 'shop'), ('password', '⟦pyOrdered⟧')])
#<Config user: "shop", password: "⟦rubyInspect⟧">
{:user=>"shop", :password=>"⟦rubyHash⟧"}
{user: "shop", "password" => "⟦rubyHash3⟧"}
&{Host:db User:shop Password:⟦goStruct⟧ Port:5432}
main.Config{Host:"db", Password:"⟦goVerb⟧"}
map[password:⟦goMapPw⟧ user:shop]
Config { user: "shop", password: "⟦rustDebug⟧" }
password: Secret { value: '⟦wrappedSec⟧' }
password: Secret("⟦rustSecret⟧")
Config{user=shop, password=⟦javaToStr⟧, port=1}
User[name=shop, password=⟦javaRecord⟧]
Credentials(user=shop, password=⟦kotlinData⟧)
array(2) { ["user"]=> string(4) "shop" ["password"]=> string(9) "⟦phpVarDmp⟧" }
Array ( [user] => shop [password] => ⟦phpPrintR⟧ )
PDO->__construct('mysql:host=db', 'shop', password: '⟦phpNamed⟧')
%{user: "shop", password: "⟦elixirMap⟧"}
[user: "shop", password: "⟦elixirKw⟧"]
#{password => <<"⟦erlangBin⟧">>}
{password,"⟦erlTuple⟧"}
Map(2) { 'user' => 'shop', 'password' => '⟦jsMapPw⟧' }
[ 'password', '⟦jsPairPw⟧' ]
[ [ 'user', 'shop' ], [ 'password', '⟦jsPairs2⟧' ] ]
{ password: <Buffer ⟦68 75 6e 74 65 72 32⟧> }
password: <Buffer ⟦73 33 63 72 65 74⟧>
{"password":{"type":"Buffer","data":[⟦104,117,110,116,101,114⟧]}}
{ tokens: [ '⟦firstTok⟧', '⟦secondTok⟧' ] }
{ credentials: { user: 'shop', value: '⟦underCreds⟧' } }
{ auth: { type: 'basic', data: { x: '⟦deepAuth⟧' } } }
{"secrets":{"a":"⟦secA⟧","b":"⟦secB99⟧"}}
<password>⟦xmlPw⟧</password>
<wsse:Password Type="PasswordText">⟦wssePw⟧</wsse:Password>
<add key="DbPassword" value="⟦dotnetCfg⟧" />
<add name="db" connectionString="Server=db;Uid=sa;Pwd=⟦dotnetConn⟧" />
<property name="password" value="⟦springXml⟧"/>
<user name="shop" password="⟦tomcatUsr⟧" roles="x"/>
<input type="password" name="pw" value="⟦htmlInput⟧">
&lt;password&gt;⟦xmlEnt⟧&lt;/password&gt;
password===⟦tripleEq⟧
assert(password === "⟦assertPw⟧")
expected password "⟦expectedPw⟧" to equal "x"
(password "⟦sexpPw⟧")
:password "⟦ednPw⟧"
password := '⟦my assigned⟧'
$password = "⟦phpVar⟧";
const apiKey = '⟦jsConst⟧';
DB_PASSWORD -> ⟦arrowPw⟧
password → ⟦uniArrow⟧
| password | ⟦tableCell⟧ |
# Commands
Command failed: pg_dump --password=⟦pgDump1⟧ shop
Command failed: vault login --token ⟦vaultFlag⟧
Command failed: zip -P ⟦zipPw⟧ a.zip b
Command failed: 7z x -p⟦sevenPw⟧ a.7z
Command failed: gpg --batch --passphrase ⟦gpgPhrase⟧ -d x
Command failed: ldapsearch -x -D cn=admin -w ⟦ldapW⟧ -b dc=x
Command failed: smbclient -U shop%⟦smbCliPw⟧ //nas/share
Command failed: ipmitool -U admin -P ⟦ipmiPw⟧ power status
Command failed: snmpwalk -v3 -a SHA -A ⟦snmpAuth⟧ -x AES -X ⟦snmpPriv⟧ host
Command failed: ffmpeg -headers 'Authorization: Bearer ⟦ffmpegTok⟧' -i x
Command failed: restic -r rest:https://shop:⟦resticPw⟧@backup/ snapshots
Command failed: rclone --sftp-pass ⟦rclonePw⟧ ls
Command failed: borg BORG_PASSPHRASE=⟦borgPhrase⟧ create
Command failed: npm config set //r/:_authToken ⟦npmSetTok⟧
Command failed: heroku config:set SECRET=⟦herokuSet⟧
Command failed: sqlcmd -S db -U sa -P ⟦sqlcmdPw⟧
Command failed: bcp x -U sa -P⟦bcpGlued⟧
Command failed: echo ⟦echoPiped⟧ | passwd --stdin shop
Command failed: htpasswd -b file shop ⟦htpasswdB⟧
Error: spawn failed { spawnargs: [ '--user', 'shop:⟦spawnUser⟧' ] }
# Encoded and hidden
GET /proxy?to=postgres%3A%2F%2Fshop%3A⟦encUrlPw⟧%40db%2Fshop
GET /proxy?to=postgres%253A%252F%252Fshop%253A⟦dblEncPw⟧%2540db%252Fshop
{"url":"postgres:\/\/shop:⟦escSlash⟧@db\/shop"}
{"url":"https:\u002f\u002fshop:⟦uniSlash⟧@db"}
password&#61;⟦entEq⟧
password&#x3d;⟦entHex⟧
password&equals;⟦entName⟧
&quot;password&quot;:&quot;⟦entQuot⟧&quot;
{&#34;token&#34;:&#34;⟦entNum34⟧&#34;}
password%3D⟦pctEq⟧
password%253D⟦pctEqTwice⟧
password%3A%20⟦pctColon⟧
password\u003d⟦jsonUniEq⟧
password\u0026x token\u003d⟦goJsonTok⟧
password\x3d⟦hexEsc⟧
pass\u{200b}word=⟦zwName⟧
password\u{200b}=⟦zwBefore⟧
password=\u{200b}⟦zwAfter⟧
password\u{2060}:\u{feff}⟦wordJoiner⟧
pass\u{ad}word=⟦softHyphen⟧
password＝⟦fullEq⟧
password：⟦fullColon⟧
ｐａｓｓｗｏｒｄ=⟦fullName⟧
postgres：//shop：⟦fullUrl⟧＠db/shop
\u{1b}[32mpassword\u{1b}[0m: \u{1b}[33m'⟦ansiVal⟧'\u{1b}[39m
password\u{1b}[0m=\u{1b}[1m⟦ansiEq⟧\u{1b}[0m
\u{1b}[1mpass\u{1b}[22mword=⟦ansiSplit⟧
\u{1b}]8;;https://shop:⟦oscLink⟧@x\u{7}link\u{1b}]8;;\u{7}
password\u{a0}=\u{a0}⟦nbspVal⟧
password\u{2028}=\u{2028}⟦lineSep⟧
password\u{9}\u{9}=⟦tabsEq⟧
pass\u{0}word=⟦nulName⟧
password\u{200e}: ⟦ltrMark⟧
token\u{202e}=⟦rtlOverr⟧
%7B%22password%22%3A%22⟦pctJsonPw⟧%22%7D
https://app.test/?f=%7B%22token%22%3A%22⟦pctJsonTok⟧%22%7D
password%2522%253A%2522⟦pctTwiceQ⟧
https://app.test/?f=%7B%27secret%27%3A%27⟦pctSingleQ⟧%27%7D
%22key%22%3A%22⟦pctShortName⟧%22
password,⟦commaPw8Kx⟧
password|⟦barPw8Kx⟧
pswd=⟦pswdEq77⟧
user%5Bpassword%5D=⟦railsEnc⟧
user[password]=⟦railsForm⟧
postgres://shop:⟦%70%77encoded⟧@db/shop
# Prose
Wrong password "⟦proseDbl⟧"
Invalid token '⟦proseSgl⟧'
Incorrect API key provided: ⟦proseKey1⟧
the password is ⟦proseIs7⟧
password was '⟦proseWas⟧'
using password ⟦proseUse9⟧ for user shop
Password for user shop: ⟦promptPw⟧
Enter passphrase for key '/root/.ssh/id': ⟦promptPhr⟧
token ⟦proseTok123⟧ is not valid
invalid api key: ⟦proseKey2⟧
Unknown API key ⟦uAk9d8f7g6h5⟧
could not verify signature ⟦sig0a1b2c3d4e5⟧ of the webhook
session id ⟦ses5f6e7d8c9b⟧ not found
credentials shop:⟦credPair⟧ rejected
login with shop / password ⟦slashPw8⟧ failed
secret "⟦secQuoted⟧" does not match
Bearer ⟦bearerProse⟧ is expired
auth failed with key=⟦keyEq123⟧
OTP code=⟦123456789⟧ expired
API Key (⟦parenKey1⟧) is disabled
api_key ⟦snakeProse1⟧ unknown
password=⟦a;semi-col0n⟧
password for user x is '⟦quoted-Later1⟧'
password is: ⟦said-Plain1y⟧
wrong password <⟦angle-Br4cket⟧>
wrong password [⟦square-Br4cket⟧]
unknown key: ⟦x7Kq2mPz9⟧; try another
unknown key: ⟦maple-tree!!7⟧
unknown key: ⟦7!!maple⟧
the scheme Basic =⟦bm9kZTpzM2NyZXQ=⟧ was refused
# Mail and directories
Invalid login: 535 5.7.8 smtp://shop:⟦smtpPw⟧@mail:587
535 Authentication credentials invalid; AUTH PLAIN ⟦AHNob3AAaHVudGVyMg==⟧
AUTH LOGIN ⟦c2hvcA==⟧
AUTH CRAM-MD5 ⟦dGltIGI5MTNhNjAyYzdl⟧
AUTH XOAUTH2 ⟦dXNlcj1zb21ldXNlckBleGFtcGxl⟧
C: AUTH PLAIN ⟦AGFiYwBkZWY=⟧↵S: 535 5.7.8
{ host: 'mail', auth: { user: 'shop', pass: '⟦nodemailPw⟧' } }
smtps://shop%40x.test:⟦smtpsPw⟧@mail:465/?pool=true
a1 LOGIN shop password ⟦imapLogin⟧
imap: { user: 'shop', password: '⟦imapPw⟧', tls: true }
InvalidCredentialsError: 80090308 ldap://cn=shop:⟦ldapPw⟧@directory:389
bindCredentials: '⟦bindCreds⟧'
ldapts: bind failed { dn: 'cn=x', password: '⟦ldaptsPw⟧' }
XOAUTH2 refresh failed: refreshToken=⟦gmailRef⟧ accessToken=⟦gmailAcc⟧
dkim: { keySelector: 'a', privateKey: '⟦dkimKey1⟧' }
kinit: Password for shop@REALM: ⟦kinitPw⟧
radius shared secret ⟦"radiusSec"⟧ mismatch
sip: Authorization: Digest username="x", response="⟦sipResp123⟧"
`;

/** A text that holds credentials, and each of these as it stands there. */
export interface CredentialShape {
  readonly group: string;
  readonly text: string;
  readonly secrets: readonly string[];
}

export const CREDENTIAL_SHAPES: readonly CredentialShape[] = parse(TABLE);

function parse(table: string): readonly CredentialShape[] {
  const shapes: CredentialShape[] = [];
  let group = "";
  for (const line of table.trim().split("\n")) {
    if (line.startsWith("# ")) group = line.slice(2);
    else shapes.push({ group, ...shapeOf(line) });
  }
  return shapes;
}

function shapeOf(line: string): Omit<CredentialShape, "group"> {
  const marked = line
    .replaceAll("↵", "\n")
    .replace(/\\u\{([0-9a-f]+)\}/g, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)));
  const secrets = [...marked.matchAll(/⟦([^⟧]*)⟧/g)].map(([, secret = ""]) => secret);
  return { text: marked.replace(/[⟦⟧]/g, ""), secrets };
}

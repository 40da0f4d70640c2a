// An S3 server with one empty bucket.
//
// node s3.mjs <port> <folder> <bucket>
import S3rver from "s3rver";

const [port, directory, bucket] = process.argv.slice(2);

await new S3rver({
  address: "127.0.0.1",
  port: Number(port),
  directory,
  silent: true,
  configureBuckets: [{ name: bucket }],
}).run();

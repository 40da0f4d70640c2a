/** Replies that are not quite HTTP/1.1, and that curl and Go's client accept: by what is odd about each. */
export const ODD_REPLIES = {
  "no reason phrase": "HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok",
  "lines that end with LF alone": "HTTP/1.1 200 OK\ncontent-length: 2\n\nok",
  "a length beside chunks":
    "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
  "a header of two lines": "HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 2\r\n\r\nok",
} as const;

/** One that Node's parser refuses whatever it is told. */
export const EQUAL_LENGTHS = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok";

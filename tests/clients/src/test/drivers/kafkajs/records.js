// Slice files and the digest: formats in SliceFile.java and RecordDigest.java.
const fs = require("fs");
const crypto = require("crypto");

function readSlice(path) {
  const data = fs.readFileSync(path);
  const records = [];
  let at = 0;
  const int = () => data.readInt32BE((at += 4) - 4);
  const long = () => data.readBigInt64BE((at += 8) - 8);
  const blob = () => {
    const length = int();
    return length < 0 ? null : data.subarray(at, (at += length));
  };
  while (at < data.length) {
    const record = { partition: int(), timestamp: String(long()), key: blob(), value: blob(), headers: {} };
    for (let left = int(); left > 0; left--) {
      const name = blob().toString();
      record.headers[name] = blob();
    }
    records.push(record);
  }
  return records;
}

const number = (write, length) => {
  const buffer = Buffer.alloc(length);
  write(buffer);
  return buffer;
};
const int = (value) => number((b) => b.writeInt32BE(value), 4);
const long = (value) => number((b) => b.writeBigInt64BE(BigInt(value)), 8);
const framed = (blob) => (blob == null ? int(-1) : Buffer.concat([int(blob.length), blob]));

class Digest {
  constructor(withTimestamps) {
    this.withTimestamps = withTimestamps;
    this.sha = crypto.createHash("sha256");
    this.count = 0;
  }

  add(message) {
    const headers = Object.entries(message.headers || {});
    const parts = [long(message.offset), long(this.withTimestamps ? message.timestamp : 0)];
    parts.push(framed(message.key), framed(message.value), int(headers.length));
    for (const [name, value] of headers) parts.push(framed(Buffer.from(name)), framed(value));
    this.sha.update(Buffer.concat(parts));
    this.count++;
  }
}

module.exports = { readSlice, Digest };

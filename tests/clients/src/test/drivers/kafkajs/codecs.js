// The codecs that kafkajs leaves to its users: snappy, lz4 and zstd in plain JavaScript and WebAssembly.
const { CompressionTypes, CompressionCodecs } = require("kafkajs");
const SnappyCodec = require("kafkajs-snappy");
const lz4 = require("lz4js");
const xxh32 = require("lz4js/xxh32.js");
const { ZstdCodec } = require("zstd-codec");

const FLAGS = 4;
const BLOCK_INDEPENDENCE = 0x20;
const MAX_BLOCK_BYTES = 4 << 20;

// lz4js marks its frames as made of linked blocks, which Kafka's clients refuse; a frame of one block is independent.
function independentFrame(data) {
  if (data.length > MAX_BLOCK_BYTES) throw new Error("more than one lz4 block");
  const frame = Buffer.from(lz4.compress(data));
  frame[FLAGS] |= BLOCK_INDEPENDENCE;
  frame[FLAGS + 2] = xxh32.hash(0, frame, FLAGS, 2) >> 8;
  return frame;
}

const zstd = new Promise((resolve) => ZstdCodec.run((loaded) => resolve(new loaded.Streaming())));

CompressionCodecs[CompressionTypes.Snappy] = SnappyCodec;
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async (encoder) => independentFrame(encoder.buffer),
  decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
});
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async (encoder) => Buffer.from((await zstd).compress(encoder.buffer)),
  decompress: async (buffer) => Buffer.from((await zstd).decompress(buffer)),
});

module.exports = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
};

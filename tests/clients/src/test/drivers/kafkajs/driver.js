// Drives kafkajs: `produce|consume BOOTSTRAP JOBS` (jobs as in records.py) or `member BOOTSTRAP TOPIC GROUP` (see GroupsIT).
const fs = require("fs");
const { Kafka, logLevel } = require("kafkajs");
const codecs = require("./codecs");
const { readSlice, Digest } = require("./records");

const DEADLINE_MS = 180_000;
const RECORDS_PER_SEND = 500;

const [verb, bootstrap, ...rest] = process.argv.slice(2);
const kafka = new Kafka({ clientId: "kafkajs-driver", brokers: [bootstrap], logLevel: logLevel.ERROR });
const report = (topic, text) => console.log(`${topic}\t${String(text).replaceAll("\n", " ")}`);

async function produce(jobs) {
  const producer = kafka.producer();
  await producer.connect();
  for (const [topic, codec, path] of jobs) {
    try {
      const records = readSlice(path);
      for (let from = 0; from < records.length; from += RECORDS_PER_SEND) {
        const messages = records.slice(from, from + RECORDS_PER_SEND);
        await producer.send({ topic, messages, acks: -1, compression: codecs[codec] });
      }
      report(topic, `acknowledged ${records.length}`);
    } catch (failure) {
      report(topic, `failed ${failure}`);
    }
  }
  await producer.disconnect();
}

// One group over all topics: kafkajs reads in groups only.
async function consume(jobs) {
  const open = new Map();
  for (const [topic, counts, timestamps] of jobs) {
    const partitions = counts.split(",").map((pair) => pair.split(":").map(Number));
    open.set(topic, partitions.map(([partition, count]) => ({ partition, count, digest: new Digest(timestamps === "timestamps") })));
  }
  const consumer = kafka.consumer({ groupId: `kafkajs-${process.pid}-${Date.now()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [...open.keys()], fromBeginning: true });
  const failure = await new Promise((resolve) => {
    const deadline = setTimeout(() => resolve("deadline reached"), DEADLINE_MS);
    consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error));
    consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        const partitions = open.get(batch.topic);
        if (!partitions) return;
        const { digest } = partitions.find(({ partition }) => partition === batch.partition);
        batch.messages.forEach((message) => digest.add(message));
        if (partitions.every((p) => p.digest.count >= p.count)) {
          report(batch.topic, partitions.map((p) => `${p.partition}:${p.digest.count}:${p.digest.sha.digest("hex")}`).join(" "));
          open.delete(batch.topic);
          if (open.size === 0) {
            clearTimeout(deadline);
            resolve(null);
          }
        }
      },
    });
  });
  for (const topic of open.keys()) report(topic, `failed ${failure}`);
  await consumer.disconnect();
}

async function member(topic, groupId) {
  const consumer = kafka.consumer({ groupId, sessionTimeout: 2000, heartbeatInterval: 500, maxWaitTimeInMs: 200, metadataMaxAge: 2000 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommitInterval: 500,
    eachMessage: async ({ partition, message }) => console.log(`seen\t${partition}\t${message.offset}\t${message.value}`),
  });
}

const jobs = () => fs.readFileSync(rest[0], "utf8").trim().split("\n").map((line) => line.split("\t"));
const verbs = { produce: () => produce(jobs()), consume: () => consume(jobs()), member: () => member(...rest) };
verbs[verb]().then(
  () => verb === "member" || process.exit(0),
  (failure) => {
    console.error(failure);
    process.exit(1);
  },
);

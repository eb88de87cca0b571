"""What every Python driver shares: jobs, slice files, the digest, the report lines. Formats: see SliceFile.java and RecordDigest.java."""

import hashlib
import struct
import sys


def read_slice(path):
    """Yields (partition, timestamp_ms, key, value, [(name, value)]) from a slice file."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0

    def number(layout):
        nonlocal at
        (value,) = struct.unpack_from(layout, data, at)
        at += struct.calcsize(layout)
        return value

    def blob():
        nonlocal at
        length = number(">i")
        if length < 0:
            return None
        at += length
        return data[at - length : at]

    while at < len(data):
        partition, timestamp_ms, key, value = number(">i"), number(">q"), blob(), blob()
        headers = [(blob().decode(), blob()) for _ in range(number(">i"))]
        yield partition, timestamp_ms, key, value, headers


class Digest:
    """The running digest of one partition."""

    def __init__(self, with_timestamps):
        self.with_timestamps = with_timestamps
        self.sha = hashlib.sha256()
        self.count = 0

    def add(self, offset, timestamp_ms, key, value, headers):
        parts = [struct.pack(">qq", offset, timestamp_ms if self.with_timestamps else 0)]
        for blob in (key, value):
            parts.append(self._framed(blob))
        parts.append(struct.pack(">i", len(headers)))
        for name, header_value in headers:
            parts.append(self._framed(name.encode()))
            parts.append(self._framed(header_value))
        self.sha.update(b"".join(parts))
        self.count += 1

    @staticmethod
    def _framed(blob):
        return struct.pack(">i", -1) if blob is None else struct.pack(">i", len(blob)) + blob


def drive(produce, consume):
    """Runs the jobs of the file named on the command line: `produce|consume BOOTSTRAP JOBS`."""
    verb, bootstrap, jobs = sys.argv[1:4]
    with open(jobs, encoding="utf-8") as lines:
        for line in lines:
            topic, *rest = line.rstrip("\n").split("\t")
            try:
                if verb == "produce":
                    codec, path = rest
                    report = "acknowledged %d" % produce(bootstrap, topic, codec, path)
                else:
                    counts = {int(p): int(n) for p, n in (pair.split(":") for pair in rest[0].split(","))}
                    digests = {p: Digest(rest[1] == "timestamps") for p in counts}
                    consume(bootstrap, topic, counts, digests)
                    report = " ".join(
                        "%d:%d:%s" % (p, digests[p].count, digests[p].sha.hexdigest()) for p in sorted(digests)
                    )
            except Exception as failure:  # one job's failure is its report; the others go on
                report = "failed %s: %s" % (type(failure).__name__, failure)
            print(topic, report.replace("\n", " "), sep="\t", flush=True)

package io.kurier.tests.chaos;

/// A record's value: who sent it, and as which of his.
record Sent(int producer, long number) {
    private static final int NUMBER_BITS = 40;

    static Sent of(long value) {
        return new Sent((int) (value >>> NUMBER_BITS), value & (1L << NUMBER_BITS) - 1);
    }

    long value() {
        return (long) producer << NUMBER_BITS | number;
    }

    @Override
    public String toString() {
        return "record " + number + " of producer " + producer;
    }
}

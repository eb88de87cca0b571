package io.kurier.broker.share.machine;

import io.kurier.broker.replica.PartitionException;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// What a member says of offsets that it has acquired, last one included.
///
/// @param types one for all of them, or one for each: [#GAP], [#ACCEPT], [#RELEASE], [#REJECT] or [#RENEW]
public record Acknowledgement(long first, long last, List<Byte> types) {
    /// There is no record.
    public static final byte GAP = 0;
    /// It is done.
    public static final byte ACCEPT = 1;
    /// Others may have it.
    public static final byte RELEASE = 2;
    /// Nobody is to have it again.
    public static final byte REJECT = 3;
    /// It takes longer (KIP-1222).
    public static final byte RENEW = 4;

    /// The type for one offset.
    byte typeOf(long offset) {
        return types.size() == 1 ? types.getFirst() : types.get((int) (offset - first));
    }

    /// @param mayRenew whether the request says that it renews
    /// @throws PartitionException INVALID_REQUEST if these cannot be meant: out of order, or of the wrong length
    public static void check(List<Acknowledgement> batches, boolean mayRenew) {
        long next = 0;
        for (Acknowledgement batch : batches) {
            if (batch.first < next || batch.last < batch.first) {
                throw invalid("Acknowledged offsets " + batch.first + " to " + batch.last
                        + " are not in order; each batch must begin behind the one before");
            }
            long size = batch.last - batch.first + 1;
            if (batch.types.isEmpty() || (batch.types.size() > 1 && batch.types.size() != size)) {
                throw invalid(batch.types.size() + " types of acknowledgement are given for the offsets " + batch.first
                        + " to " + batch.last + "; give one for all, or one for each");
            }
            for (byte type : batch.types) {
                if (type < GAP || type > RENEW || (type == RENEW && !mayRenew)) {
                    throw invalid("Acknowledgement type " + type
                            + (type == RENEW ? " needs a request with IsRenewAck" : " is not known"));
                }
            }
            next = batch.last + 1;
        }
    }

    private static PartitionException invalid(String message) {
        return new PartitionException(Errors.INVALID_REQUEST, message);
    }
}

package io.kurier.broker.share;

import io.kurier.testkit.Seeds;
import org.junit.jupiter.api.Test;

/// A share group under faults of all who keep its state.
class ShareFaultsSim {
    @Test
    void everyRecordIsDoneAndNoneIsDeliveredTooOften() {
        Seeds.each(150, ShareFaultsRun::run);
    }
}

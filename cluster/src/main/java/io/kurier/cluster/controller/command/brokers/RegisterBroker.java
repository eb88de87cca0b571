package io.kurier.cluster.controller.command.brokers;

import io.kurier.cluster.controller.command.Command;
import io.kurier.cluster.controller.command.Decision;
import io.kurier.cluster.controller.command.Refusal;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.controller.command.partitions.BrokerEvents;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.VersionRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Registers a broker, fenced (API 62, KIP-631). Its epoch is the offset of the registration record.
///
/// A second registration of the same process keeps its epoch. A new process of a broker is in no ISR that has other
/// members. If the one before did not stop cleanly, which shows by the broker epoch that a clean stop leaves on the
/// disk, it is not eligible to lead either ([BrokerEvents]). Replicas whose disk was replaced by an empty one
/// are assigned to the new one ([ReplacedDisks]).
///
/// Errors: INCONSISTENT_CLUSTER_ID, INVALID_REGISTRATION (no listeners), UNSUPPORTED_VERSION (a finalised feature level
/// that the broker does not support).
public final class RegisterBroker implements Command<BrokerRegistrationRequestData, BrokerRegistrationResponseData> {
    private static final int MAX_LISTENERS = 1_000;

    @Override
    public Decision<BrokerRegistrationResponseData> decide(BrokerRegistrationRequestData request, Situation situation) {
        ClusterImage image = situation.image();
        try {
            check(request, image);
            BrokerImage before = image.broker(request.brokerId());
            List<ApiMessage> records = new ArrayList<>();
            if (before != null && before.incarnationId().equals(request.incarnationId())) {
                records.add(record(request, before.epoch(), before.fenced()));
                return new Decision<>(new BrokerRegistrationResponseData().setBrokerEpoch(before.epoch()), records);
            }
            long epoch = situation.nextOffset();
            records.add(record(request, epoch, true));
            if (before != null) {
                BrokerEvents events = new BrokerEvents(situation.after(records), request.brokerId());
                boolean clean = before.epoch() == request.previousBrokerEpoch();
                records.addAll(clean ? events.restarted() : events.restartedUncleanly());
                records.addAll(ReplacedDisks.assigned(situation.after(records).image(), before));
            }
            return new Decision<>(new BrokerRegistrationResponseData().setBrokerEpoch(epoch), records);
        } catch (Refusal e) {
            return Decision.unchanged(new BrokerRegistrationResponseData()
                    .setErrorCode(e.error().code())
                    .setBrokerEpoch(-1));
        }
    }

    private static void check(BrokerRegistrationRequestData request, ClusterImage image) throws Refusal {
        if (!image.clusterId().equals(request.clusterId())) {
            throw new Refusal(
                    Errors.INCONSISTENT_CLUSTER_ID,
                    "Expected cluster ID " + image.clusterId() + ", but got cluster ID " + request.clusterId());
        }
        if (request.brokerId() < 0
                || request.listeners().isEmpty()
                || request.listeners().size() > MAX_LISTENERS) {
            throw new Refusal(Errors.INVALID_REGISTRATION, "A broker registers with an id and 1 to 1000 listeners.");
        }
        Map<String, VersionRange> supported = new HashMap<>();
        request.features()
                .forEach(feature -> supported.put(
                        feature.name(),
                        new VersionRange(feature.minSupportedVersion(), feature.maxSupportedVersion())));
        for (Map.Entry<String, Short> level : image.features().entrySet()) {
            VersionRange range = supported.get(level.getKey());
            if (range == null || !range.contains(level.getValue())) {
                throw new Refusal(
                        Errors.UNSUPPORTED_VERSION,
                        "The cluster's feature " + level.getKey() + " has level " + level.getValue()
                                + ", which the broker does not support: " + range);
            }
        }
    }

    private static RegisterBrokerRecord record(BrokerRegistrationRequestData request, long epoch, boolean fenced) {
        RegisterBrokerRecord record = new RegisterBrokerRecord()
                .setBrokerId(request.brokerId())
                .setIncarnationId(request.incarnationId())
                .setBrokerEpoch(epoch)
                .setRack(request.rack())
                .setFenced(fenced)
                .setLogDirs(request.logDirs());
        request.listeners()
                .forEach(listener -> record.endPoints()
                        .add(new RegisterBrokerRecord.BrokerEndpoint()
                                .setName(listener.name())
                                .setHost(listener.host())
                                .setPort(listener.port())
                                .setSecurityProtocol(listener.securityProtocol())));
        request.features()
                .forEach(feature -> record.features()
                        .add(new RegisterBrokerRecord.BrokerFeature()
                                .setName(feature.name())
                                .setMinSupportedVersion(feature.minSupportedVersion())
                                .setMaxSupportedVersion(feature.maxSupportedVersion())));
        return record;
    }
}

package io.kurier.cluster.image;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.metadata.BrokerRegistrationChangeRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/// What the records of a broker's registration make of it.
final class BrokerReplay {
    private BrokerReplay() {}

    static BrokerImage registered(RegisterBrokerRecord record) {
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        record.endPoints()
                .forEach(endpoint -> endpoints.put(
                        endpoint.name(),
                        new Endpoint(
                                endpoint.name(),
                                endpoint.host(),
                                endpoint.port(),
                                SecurityProtocol.forId(endpoint.securityProtocol()))));
        Map<String, VersionRange> features = new TreeMap<>();
        record.features()
                .forEach(feature -> features.put(
                        feature.name(),
                        new VersionRange(feature.minSupportedVersion(), feature.maxSupportedVersion())));
        return new BrokerImage(
                record.brokerId(),
                record.brokerEpoch(),
                record.incarnationId(),
                Collections.unmodifiableMap(endpoints),
                Collections.unmodifiableMap(features),
                record.rack(),
                record.fenced(),
                record.inControlledShutdown(),
                List.copyOf(record.logDirs()),
                record.cordonedLogDirs() == null ? null : List.copyOf(record.cordonedLogDirs()));
    }

    static BrokerImage fenced(BrokerImage before, boolean fenced) {
        return new BrokerImage(
                before.id(),
                before.epoch(),
                before.incarnationId(),
                before.endpoints(),
                before.features(),
                before.rack(),
                fenced,
                before.inControlledShutdown(),
                before.logDirs(),
                before.cordonedLogDirs());
    }

    static BrokerImage changed(BrokerImage before, BrokerRegistrationChangeRecord record) {
        return new BrokerImage(
                before.id(),
                before.epoch(),
                before.incarnationId(),
                before.endpoints(),
                before.features(),
                before.rack(),
                record.fenced() == 0 ? before.fenced() : record.fenced() > 0,
                before.inControlledShutdown() || record.inControlledShutdown() > 0,
                record.logDirs().isEmpty() ? before.logDirs() : List.copyOf(record.logDirs()),
                record.cordonedLogDirs() == null ? before.cordonedLogDirs() : List.copyOf(record.cordonedLogDirs()));
    }
}

package io.kurier.broker.api.security;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.ScramLogin;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData.UserName;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData.CredentialInfo;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData.DescribeUserScramCredentialsResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// DescribeUserScramCredentials (KIP-554): which users have a SCRAM password, never what it is. This node makes none,
/// but it keeps and shows those of a directory that came from elsewhere.
///
/// - RESOURCE_NOT_FOUND: a user who was named has none
/// - DUPLICATE_RESOURCE: a user was named twice
public final class DescribeUserScramCredentialsHandler implements ApiHandler<DescribeUserScramCredentialsRequestData> {
    private final ClusterView cluster;

    public DescribeUserScramCredentialsHandler(ClusterView cluster) {
        this.cluster = cluster;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_USER_SCRAM_CREDENTIALS;
    }

    @Override
    public boolean mayBlock(DescribeUserScramCredentialsRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<DescribeUserScramCredentialsResponseData> handle(
            RequestContext context, DescribeUserScramCredentialsRequestData request) {
        SortedMap<String, List<ScramLogin>> known = cluster.image()
                .scramLogins()
                .collect(Collectors.groupingBy(ScramLogin::user, TreeMap::new, Collectors.toList()));
        DescribeUserScramCredentialsResponseData answer = new DescribeUserScramCredentialsResponseData();
        List<UserName> asked = request.users();
        if (asked == null || asked.isEmpty()) {
            known.forEach((user, logins) -> answer.results().add(result(user, logins)));
        } else {
            asked.stream()
                    .collect(Collectors.groupingBy(UserName::name, TreeMap::new, Collectors.counting()))
                    .forEach((user, times) -> answer.results().add(result(user, times, known.get(user))));
        }
        return CompletableFuture.completedFuture(answer);
    }

    private static DescribeUserScramCredentialsResult result(
            String user, long times, @Nullable List<ScramLogin> logins) {
        if (times > 1) {
            return new DescribeUserScramCredentialsResult()
                    .setUser(user)
                    .setErrorCode(Errors.DUPLICATE_RESOURCE.code())
                    .setErrorMessage("The user " + user + " was named more than once.");
        }
        if (logins == null) {
            return new DescribeUserScramCredentialsResult()
                    .setUser(user)
                    .setErrorCode(Errors.RESOURCE_NOT_FOUND.code())
                    .setErrorMessage("The user " + user + " has no SCRAM credentials.");
        }
        return result(user, logins);
    }

    private static DescribeUserScramCredentialsResult result(String user, List<ScramLogin> logins) {
        return new DescribeUserScramCredentialsResult()
                .setUser(user)
                .setCredentialInfos(logins.stream()
                        .map(login -> new CredentialInfo()
                                .setMechanism(login.mechanism())
                                .setIterations(login.iterations()))
                        .toList());
    }
}

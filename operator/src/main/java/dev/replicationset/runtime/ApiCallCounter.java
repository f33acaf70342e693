package dev.replicationset.runtime;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts the requests to the API server, those that are tried again included. */
final class ApiCallCounter implements Interceptor {
    static final String NAME = "replicationset-api-calls";

    private final MeterRegistry registry;

    ApiCallCounter(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        ApiCall call = ApiCall.of(request.method(), request.uri());
        registry.counter(
                        "replicationset.api.requests",
                        "verb",
                        call.verb(),
                        "resource",
                        call.resource(),
                        "write",
                        String.valueOf(call.writes()))
                .increment();
    }
}

package dev.replicationset.mysql;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.lifecycle.Startables;

/** Servers that the tests of a class share, and that each test finds as they were made. */
final class TestServers implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    private final List<TestServer> servers;

    private TestServers(List<TestServer> servers) {
        this.servers = servers;
    }

    static TestServers withGtids(int count) {
        return make(count, true);
    }

    static TestServers withFilePositions(int count) {
        return make(count, false);
    }

    static TestServers of(TestServer... servers) {
        return new TestServers(List.of(servers));
    }

    private static TestServers make(int count, boolean gtids) {
        return new TestServers(IntStream.rangeClosed(1, count)
                .mapToObj(number -> new TestServer(number, gtids))
                .toList());
    }

    TestServer get(int index) {
        return servers.get(index);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Startables.deepStart(servers).join();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        servers.forEach(TestServer::reset);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        servers.forEach(TestServer::stop);
    }
}

package dev.replicationset.topology;

import java.util.Optional;

/**
 * Where the operator reaches one mysqld: its pod's address and the administrative port.
 *
 * @param host name or address of the pod
 * @param clientHost the name under which other instances reach it; it stays when the pod is replaced
 */
public record ServerAddress(String instance, String host, int adminPort, String clientHost, int clientPort) {
    public static final int ADMIN_PORT = 33062;
    public static final int CLIENT_PORT = 3306;

    /** The address of an instance whose pod has one. */
    public static Optional<ServerAddress> of(SetId set, InstanceView view) {
        return view.address()
                .map(ip -> new ServerAddress(view.name(), ip, ADMIN_PORT, clientHost(set, view.name()), CLIENT_PORT));
    }

    /** The name of an instance's pod in the headless Service of its set. */
    public static String clientHost(SetId set, String instance) {
        return "%s-0.%s-instances.%s.svc".formatted(instance, set.name(), set.namespace());
    }
}
